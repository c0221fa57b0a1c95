import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The names of files, and their contents. */
export type Files = Readonly<Record<string, string>>;

export type BuildCache = {
  /** Builds of the sources as they were when the cache was created. */
  readonly get: (name: string) => Files | undefined;
  /** Does nothing if a source has been changed since then. */
  readonly keep: (name: string, files: Files) => void;
};

/** All that anything is built of and by. npm writes the lock file when it has installed packages. */
const sources = ['{infra,lambda}/**/*.*', 'package.json', 'node_modules/.package-lock.json'];
const built = ['{infra,lambda}/**/*.generated.js'];

/**
 * Keeps the last of what is built, by a digest of its sources. Building is two thirds of a synthesis, and most of those
 * have other settings and the same sources.
 */
export function buildCache(root: string): BuildCache {
  const digest = digestOf(root);
  const fileOf = (name: string) => join(root, 'node_modules/.cache/forwarder', `${name}.json`);
  return {
    get: (name) => {
      const kept = read(fileOf(name));
      return kept?.digest === digest ? kept.files : undefined;
    },
    keep: (name, files) => {
      if (digestOf(root) === digest) write(fileOf(name), { digest, files });
    },
  };
}

function digestOf(root: string): string {
  const made = new Set(globSync(built, { cwd: root }));
  const hash = createHash('sha256').update(process.version);
  for (const file of globSync(sources, { cwd: root }).toSorted()) {
    if (!made.has(file)) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

type Kept = { readonly digest: string; readonly files: Files };

function read(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Atomic, because several processes may do so at once. Keeps nothing if the directory is read-only. */
function write(file: string, kept: Kept): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(unfinished, JSON.stringify(kept));
    renameSync(unfinished, file);
  } catch {}
}
