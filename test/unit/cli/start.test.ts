import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

/** In units of the start of a bare Node.js. */
const maxStarts = 3;

/** A busy machine is slow now and then, so that the quickest of each counts. */
const maxRuns = 40;

test('a command starts within three starts of a bare Node.js', () => {
  const quickest = { bare: Number.POSITIVE_INFINITY, help: Number.POSITIVE_INFINITY };
  const run = (what: keyof typeof quickest, args: readonly string[]) => {
    const begin = performance.now();
    expect(spawnSync(process.execPath, args).status).toBe(0);
    quickest[what] = Math.min(quickest[what], performance.now() - begin);
  };
  // The first fills the compile cache.
  spawnSync(process.execPath, ['cli/forwarder.mjs', '--help']);
  for (let runs = 0; runs < maxRuns && (runs < 3 || quickest.help > maxStarts * quickest.bare); runs += 1) {
    run('bare', ['--eval', '0']);
    run('help', ['cli/forwarder.mjs', '--help']);
  }
  expect(quickest.help / quickest.bare).toBeLessThanOrEqual(maxStarts);
}, 60_000);
