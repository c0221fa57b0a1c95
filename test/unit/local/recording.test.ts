import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import manifest from '../../../package.json' with { type: 'json' };

const recording = readFileSync('docs/images/first-minutes.svg', 'utf8');

test("the README's recording is of this version, and shows what a start prints now", () => {
  const printed = readFileSync('local/start.ts', 'utf8').match(/Press o [^\\]*/)?.[0] ?? '';
  const steps = [...readFileSync('local/stack.ts', 'utf8').matchAll(/'((?:Synthesized|Started) [^']*)'/g)];
  expect(printed).not.toBe('');
  expect(steps).toHaveLength(2);
  for (const shown of [`@${manifest.version} start`, printed, ...steps.map(([, step = '']) => `✓ ${step}`)]) {
    expect(recording).toContain(shown);
  }
});
