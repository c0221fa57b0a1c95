import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { leaksInLogs } from '../../../support/leaks.ts';

const made: string[] = [];

/** An empty directory, which goes with the test file that asked for it. No log that is left in it may name a visitor. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'local-'));
  made.push(directory);
  return directory;
}

afterAll(() => {
  const leaks = made.flatMap((directory) => leaksInLogs(directory));
  for (const directory of made) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  if (leaks.length > 0) throw new Error(`These logs hold what none may:\n${leaks.join('\n')}`);
});
