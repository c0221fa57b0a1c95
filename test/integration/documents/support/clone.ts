import { copyFileSync, cpSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What is no source. */
const left = new Set(['node_modules', '.git', '.local', 'cdk.out', 'coverage', '.env']);

/** A copy of the project as it is now, with its packages, in which anything may be changed and run. */
export function cloneInto(directory: string): void {
  for (const name of readdirSync('.')) {
    if (!left.has(name)) cpSync(name, join(directory, name), { recursive: true, preserveTimestamps: true });
  }
  linkTree('node_modules', join(directory, 'node_modules'));
}

/** Links file by file: through one link to the whole, whoever installs or removes there would do so here. */
function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else link(source, target);
  }
}

function link(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // On another disk.
    copyFileSync(source, target);
  }
}
