import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];

/** An empty directory, which goes with the test file that asked for it. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'local-'));
  made.push(directory);
  return directory;
}

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});
