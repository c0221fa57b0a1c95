import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { runProgram } from '../integration/local/support/stack.ts';
import { withMeasured } from './support/document.ts';

test('a row of the bench prints its table, and publishes nothing', async () => {
  const { output, exit } = runProgram(['test/bench/main.ts', 'validation']);
  expect(await exit).toEqual({ code: 0, signal: null });
  expect(output()).toContain('validation, 3 KB');
  expect(output()).not.toContain('results.json');
}, 60_000);

test('a row that there is not is answered with those that there are', async () => {
  const { output, exit } = runProgram(['test/bench/main.ts', 'speed']);
  expect((await exit).code).toBe(1);
  expect(output()).toContain('There is no row "speed"');
  expect(output()).toContain('cold start of receive');
}, 60_000);

test('docs/benchmarks.md has what the last whole run has measured, word for word', () => {
  const read = (file: string) => readFileSync(file, 'utf8');
  const { notes, ...about } = JSON.parse(read('test/bench/environment.json'));
  const results = JSON.parse(read('test/bench/results.json'));
  const document = read('docs/benchmarks.md');
  expect(withMeasured(document, { results, notes, about })).toBe(document);
});
