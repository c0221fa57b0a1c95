import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { synthesizeIfChanged } from '../../../local/synthesize.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'synthesized-'));
  for (const file of sources) write(file);
});
afterEach(() => rmSync(root, { recursive: true }));

const sources = [
  'infra/app.ts',
  'infra/config/schema.ts',
  'lambda/deliver/batch.ts',
  'cdk.json',
  'package.json',
  'package-lock.json',
  'node_modules/.package-lock.json',
  'local/synthesize.ts',
  'state/forwarder.json',
] as const;
const outputs = [
  'state/cdk.out/manifest.json',
  'state/cdk.out/asset.1/index.js',
  'infra/config/made.generated.js',
] as const;

function write(file: string, content = 'content of it'): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

const synthesize = (during = () => {}) =>
  synthesizeIfChanged(
    {
      root,
      configFile: join(root, 'state/forwarder.json'),
      outputDirectory: join(root, 'state/cdk.out'),
      stampFile: join(root, 'state/cdk.out.digest'),
    },
    async () => {
      for (const file of outputs) write(file);
      during();
    },
  );

test('what was synthesized is kept as long as nothing changes', async () => {
  expect([await synthesize(), await synthesize(), await synthesize()]).toEqual([true, false, false]);
});

test.each([...sources, ...outputs])('it is made anew if %s is changed, or gone', async (file) => {
  await synthesize();
  appendFileSync(join(root, file), ' and more');
  expect([await synthesize(), await synthesize()]).toEqual([true, false]);
  rmSync(join(root, file));
  expect([await synthesize(), await synthesize()]).toEqual([true, false]);
});

test.each(['infra/new.ts', 'lambda/crm/acme/index.ts', 'state/cdk.out/stray.json', 'lambda/made.generated.js'])(
  'it is made anew if there is %s now',
  async (file) => {
    await synthesize();
    write(file);
    expect(await synthesize()).toBe(true);
  },
);

test('it is made anew if two files change places', async () => {
  write('infra/one.ts', 'one');
  write('infra/two.ts', 'two');
  await synthesize();
  write('infra/one.ts', 'two');
  write('infra/two.ts', 'one');
  expect(await synthesize()).toBe(true);
});

test('it is made anew if its digest is rubbish, or if the last time did not come to an end', async () => {
  await synthesize();
  write('state/cdk.out.digest', 'rubbish');
  expect(await synthesize()).toBe(true);
  write('infra/app.ts', 'changed');
  await expect(
    synthesize(() => {
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');
  write('infra/app.ts');
  expect(await synthesize()).toBe(true);
});

test('what was made while a source changed counts for neither', async () => {
  await synthesize(() => write('infra/app.ts', 'changed'));
  expect(await synthesize()).toBe(true);
  write('infra/app.ts');
  expect(await synthesize()).toBe(true);
});
