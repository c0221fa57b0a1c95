import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setInEnvFile, variableOf, withVariable } from '../../../cli/lib/crms/credentials.ts';

test('the variable is the one that the local stack reads', () => {
  expect(variableOf('my-crm')).toBe('FORWARDER_SECRET_MY_CRM');
});

describe('withVariable', () => {
  test.each([
    ['', "A='secret'\n"],
    ['# mine\nPORT=1', "# mine\nPORT=1\nA='secret'\n"],
    ['A=old\nPORT=1\n', "A='secret'\nPORT=1\n"],
    ['PORT=1\nexport A = "old" # a remark\nB=2\n', "PORT=1\nA='secret'\nB=2\n"],
    ["A='old\ngoes on'\nB=2\n", "A='secret'\nB=2\n"],
    ['A=1\nB=2\nA=3\n', "A='secret'\nB=2\n"],
    ['AA=1\nB_A=2\n', "AA=1\nB_A=2\nA='secret'\n"],
  ])('%j', (text, expected) => {
    expect(withVariable(text, 'A', 'secret')).toBe(expected);
  });

  test('is read back as it is, or says that it cannot be', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (value) => {
        const written = attempt(() => withVariable('B=1\n', 'A', value));
        return written === undefined || (parseEnv(written)['A'] === value && parseEnv(written)['B'] === '1');
      }),
    );
  });

  test.each([`{"clientId":"a","clientSecret":"b#c$d"}`, `it's`, `both ' and "`, `a \\n b`])('%s has a way', (value) => {
    expect(parseEnv(withVariable('', 'A', value))['A']).toBe(value);
  });

  test('what no quotes can hold is told, without the value', () => {
    expect(() => withVariable('', 'A', `'"\``)).toThrow(
      'A .env file cannot hold this value. Set A in the environment instead.',
    );
  });
});

describe('setInEnvFile', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'env-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('leaves a file that only its owner can read, whatever it was', () => {
    const file = join(directory, '.env');
    writeFileSync(file, 'PORT=1\n');
    chmodSync(file, 0o644);
    setInEnvFile(file, 'A', 'secret');
    expect(readFileSync(file, 'utf8')).toBe("PORT=1\nA='secret'\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
