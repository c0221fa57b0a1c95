import { createHash } from 'node:crypto';
import { globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

type Options = {
  /** The repository's root. */
  readonly root: string;
  readonly configFile: string;
  readonly outputDirectory: string;
  /** Remembers what the output was made of. */
  readonly stampFile: string;
};

/** All that the CDK app imports or reads: `test/unit/architecture` holds its imports to these folders. */
const sources = ['{infra,lambda}/**/*.{ts,js,json}', '*.json', 'local/synth.ts'];
/** What it writes beside the cloud assembly. */
const generated = ['{infra,lambda}/**/*.generated.js', 'forwarder.schema.json', 'docs/configure.md'];

/** Runs `synthesize` unless the last output is there, unchanged, and was made of the same. Returns whether it ran. */
export async function synthesizeIfChanged(options: Options, synthesize: () => Promise<void>): Promise<boolean> {
  const { stampFile } = options;
  const inputs = digestOfInputs(options);
  if (readStamp(stampFile) === `${inputs} ${digestOfOutputs(options)}`) return false;
  rmSync(stampFile, { recursive: true, force: true });
  await synthesize();
  // A source that was changed meanwhile may be in the output or not.
  if (digestOfInputs(options) === inputs) writeFileSync(stampFile, `${inputs} ${digestOfOutputs(options)}`);
  return true;
}

function digestOfInputs({ root, configFile }: Options): string {
  const made = new Set(globSync(generated, { cwd: root }));
  const files = globSync(sources, { cwd: root }).filter((file) => !made.has(file));
  const installed = 'node_modules/.package-lock.json';
  return digest(root, [...files, installed, relative(root, configFile)], process.version);
}

function digestOfOutputs({ root, outputDirectory }: Options): string {
  const assembly = globSync('**', { cwd: outputDirectory }).map((file) => relative(root, join(outputDirectory, file)));
  return digest(root, [...globSync(generated, { cwd: root }), ...assembly], '');
}

function digest(root: string, files: readonly string[], version: string): string {
  const hash = createHash('sha256').update(version);
  for (const file of files.toSorted()) {
    const path = join(root, file);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) continue;
    hash.update(`\0${file}\0${stats.size}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

function readStamp(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
