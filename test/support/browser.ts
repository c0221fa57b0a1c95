import { existsSync } from 'node:fs';
import { describe, it, jest } from '@jest/globals';
import { executablePath } from './chromium.ts';

/**
 * A describe block that needs Debian's Chromium. Where there is none the tests are skipped and a line says so; in CI
 * they fail.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  const reason = `there is no ${executablePath}; on Debian: apt-get install chromium`;
  // Browsers are slow to start where the cores are busy.
  jest.setTimeout(120_000);
  if (existsSync(executablePath)) {
    describe(name, tests);
  } else if (process.env['CI']) {
    it(`${name}: has a browser`, () => {
      throw new Error(`The browser tests cannot run: ${reason}.`);
    });
  } else {
    process.stderr.write(`Skipped "${name}": ${reason}.\n`);
    describe.skip(name, tests);
  }
}
