import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

/** In units of the start of a bare Node.js. */
const maxStarts = 3;

/** A busy machine is slow now and then, so that the quickest of each counts. */
const maxRuns = 40;

const commandLines = [['--help'], ['erase', '--help'], ['replay', '--help']];

test.each(commandLines)(
  'forwarder %s %s starts within three starts of a bare Node.js',
  (...words) => {
    const quickest = { bare: Number.POSITIVE_INFINITY, help: Number.POSITIVE_INFINITY };
    const run = (what: keyof typeof quickest, args: readonly string[]) => {
      const begin = performance.now();
      expect(spawnSync(process.execPath, args).status).toBe(0);
      quickest[what] = Math.min(quickest[what], performance.now() - begin);
    };
    const help = ['cli/forwarder.mjs', ...words];
    // The first fills the compile cache.
    spawnSync(process.execPath, help);
    for (let runs = 0; runs < maxRuns && (runs < 3 || quickest.help > maxStarts * quickest.bare); runs += 1) {
      run('bare', ['--eval', '0']);
      run('help', help);
    }
    expect(quickest.help / quickest.bare).toBeLessThanOrEqual(maxStarts);
  },
  60_000,
);
