import { readFileSync, writeFileSync } from 'node:fs';
import { CliError } from '../../lib/terminal/errors.ts';

const revisionIn = /("hookKeyRevision"\s*:\s*)(\d+)/;

/** What cdk.json says: when it changes, a deployment reads the hook's key again. */
export function readRevision(file: string): number {
  const [, , revision] = revisionIn.exec(read(file)) ?? [];
  if (revision !== undefined) return Number(revision);
  throw new CliError(`${file} has no number "hookKeyRevision" in its context. Put it there, as 1.`);
}

/** Changes that number, and no other byte. */
export const writeRevision = (file: string, revision: number): void =>
  writeFileSync(file, read(file).replace(revisionIn, `$1${revision}`));

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CliError(`Cannot read ${file}. Run this in the project's directory, from which you deploy.`);
  }
}
