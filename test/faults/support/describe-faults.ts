import { describe } from '@jest/globals';

/** A describe block that looks for processes where Linux has them. Elsewhere it is skipped and a line says so. */
export function describeFaults(name: string, tests: () => void): void {
  if (process.platform === 'linux') {
    describe(name, tests);
    return;
  }
  process.stderr.write(`Skipped "${name}": it finds the stack's processes in /proc, which is Linux's.\n`);
  describe.skip(name, tests);
}
