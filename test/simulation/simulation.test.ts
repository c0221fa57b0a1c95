import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { sabotages } from './sabotages.ts';

const seconds = 15;
/** On a busy machine. */
const timeout = 180_000;

/** The command as a person runs it: jest's modules keep a time of their own. */
const simulate = async (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { maxBuffer: 1e8 }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { readonly stdout: string }) => stdout,
  );

test(
  'every promise is kept in the histories that once broke one, and in random ones',
  async () => {
    expect(await simulate('--from', '1', '--seconds', String(seconds))).toMatch(/all promises were kept/);
  },
  timeout,
);

const known = Object.keys(JSON.parse(readFileSync(join(import.meta.dirname, 'histories.json'), 'utf8')));

test.each(known)(
  'the history that once failed fails again if %s',
  async (name) => {
    expect(JSON.parse(await simulate('--sabotaged', name, '--seeds', '0'))).toMatchObject({
      where: `history "${name}"`,
    });
  },
  timeout,
);

test.each(['7', '9'])(
  'the same seed is the same history, byte for byte: %s',
  async (seed) => {
    const play = () => simulate('--seed', seed, '--timeline');
    const [one, other] = await Promise.all([play(), play()]);
    expect(one).toMatch(/deliver 1 asks table/);
    expect(other).toBe(one);
  },
  timeout,
);

test(
  'a failure is told by its least history, and the command that plays it again',
  async () => {
    const told = await simulate('--sabotaged', 'a note is always written anew', '--seed', '1');
    expect(told).toMatch(/"posts": \[[\s\S]* deliver \d+ asks crm-0 to create[\s\S]*\n✗ 1:\d at crm-0: it has 2 notes/);
    expect(told).toMatch(/To play it again: npm run simulate -- --seed 1\n/);
  },
  timeout,
);

test('every sabotage has its place in the code', () => {
  const missed = sabotages.filter(({ file, from }) => readFileSync(file, 'utf8').split(from).length !== 2);
  expect(missed.map(({ name }) => name)).toEqual([]);
});
