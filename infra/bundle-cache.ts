import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The names of a bundle's files, and their contents. */
export type Bundle = Readonly<Record<string, string>>;

type Options = {
  /** The repository's root. */
  readonly root: string;
  /** Where the last bundle of each entry is kept. */
  readonly directory: string;
};

/** All that a bundle may be made of or by. npm writes the lock when it has installed packages. */
const sources = ['lambda/**/*.{ts,js,json}', 'infra/{bundle,bundle-cache,sdk-without-files}.ts', 'package.json'];
const installed = 'node_modules/.package-lock.json';

/**
 * Keeps bundles by a digest of everything that they are made of: two thirds of a synthesis is bundling, and most
 * syntheses are of the same sources, with other settings.
 */
export function createBundleCache({ root, directory }: Options): (entry: string, make: () => Bundle) => Bundle {
  let digest: string | undefined;
  return (entry, make) => {
    digest ??= digestOf(root);
    const file = join(directory, `${basename(entry, '.ts')}.json`);
    const kept = read(file);
    if (kept?.digest === `${digest} ${entry}`) return kept.bundle;
    const bundle = make();
    keep(file, { digest: `${digest} ${entry}`, bundle });
    return bundle;
  };
}

function digestOf(root: string): string {
  const hash = createHash('sha256');
  for (const file of [...globSync(sources, { cwd: root }).toSorted(), installed]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

type Kept = { readonly digest: string; readonly bundle: Bundle };

function read(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whole or not at all, for several processes may do this at once. Without a place to write there is no cache. */
function keep(file: string, kept: Kept): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(unfinished, JSON.stringify(kept));
    renameSync(unfinished, file);
  } catch {}
}
