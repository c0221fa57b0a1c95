import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { sabotages } from './sabotages.ts';

const seconds = 15;
/** On a busy machine. */
const timeout = 120_000;

/** The command as a person runs it: jest's modules keep a time of their own. */
const simulate = async (...args: readonly string[]) => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    maxBuffer: 1e8,
  });
  return stdout;
};

/** Each of these seeds once failed, and says what was wrong. */
const regressions: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'regressions.json'), 'utf8'),
);

test(
  'every promise is kept in random histories',
  async () => {
    expect(await simulate('--from', '1', '--seconds', String(seconds))).toMatch(/all promises were kept/);
  },
  timeout,
);

test(
  'every promise is kept in the histories that once broke one',
  async () => {
    const played = await simulate('--seed', Object.values(regressions).join());
    expect(played.match(/all promises were kept/g)).toHaveLength(Object.keys(regressions).length);
  },
  timeout,
);

test(
  'the same seed is the same history, byte for byte',
  async () => {
    const [one, other] = await Promise.all([
      simulate('--seed', '7', '--timeline'),
      simulate('--seed', '7', '--timeline'),
    ]);
    expect(one.length).toBeGreaterThan(1000);
    expect(other).toBe(one);
  },
  timeout,
);

test(
  'a failure ends with its least history, and the command that plays it again',
  async () => {
    const { stdout } = await simulate('--sabotaged', 'a note in doubt is not looked for', '--seed', '11').then(
      () => ({ stdout: '' }),
      (error: { readonly stdout: string }) => error,
    );
    expect(stdout).toMatch(/deliver \d+ is killed[^]*✗ .* it has \d notes[^]*npm run simulate -- --seed 11/);
  },
  timeout,
);

test('every sabotage finds its place in the code', () => {
  const missed = sabotages.filter(({ file, from }) => readFileSync(file, 'utf8').split(from).length !== 2);
  expect(missed.map(({ name }) => name)).toEqual([]);
});
