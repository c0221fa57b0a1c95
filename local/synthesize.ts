import { createHash } from 'node:crypto';
import { globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { StartError } from './lib/errors.ts';
import { spawnNode } from './lib/processes.ts';

type SynthOptions = {
  /** The repository's root, which holds cdk.json. */
  readonly root: string;
  /** The cloud assembly's directory; its content is replaced. */
  readonly outputDirectory: string;
  readonly configFile: string;
  readonly signal: AbortSignal;
};

/** The CDK CLI's context: it adds the paths of constructs and assets to the template. */
const metadata = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

/** Runs the CDK app as the CDK CLI does, but one or two seconds faster. Throws StartError with the app's output. */
export async function synthesize({ root, outputDirectory, configFile, signal }: SynthOptions): Promise<void> {
  const { app, context } = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8'));
  await rm(outputDirectory, { recursive: true, force: true });
  signal.throwIfAborted();
  const program = String(app).split(' ').at(-1) ?? '';
  const { child, output } = spawnNode(program, {
    cwd: root,
    nodeOptions: [`--import=${new URL('exit-with-parent.mjs', import.meta.url).href}`],
    env: {
      ...process.env,
      CDK_OUTDIR: outputDirectory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...metadata }),
      // Set only for a deployment to an AWS account.
      CDK_DEFAULT_ACCOUNT: undefined,
      CDK_DEFAULT_REGION: undefined,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      // The rules do not change the template, take half of the time, and are checked in tests and at deployment.
      CDK_VALIDATION: 'false',
      FORWARDER_CONFIG: configFile,
    },
  });
  signal.addEventListener('abort', () => child.kill('SIGKILL'));
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const [code, ...printed] = await Promise.all([exit, ...output.map((stream) => text(stream))]);
  if (code !== 0) throw new StartError(printed.toReversed().join('').trim() || `${program} failed.`);
}

type Options = {
  /** The repository's root. */
  readonly root: string;
  readonly configFile: string;
  readonly outputDirectory: string;
  /** Holds the digest of the last inputs and outputs. */
  readonly stampFile: string;
};

/** Everything that the CDK app imports or reads: `test/unit/architecture` holds its imports to these folders. */
const sources = ['{infra,lambda}/**/*.{ts,js,json,template}', '*.json', 'local/synthesize.ts'];
/** Files that it writes next to the cloud assembly. */
const generated = ['{infra,lambda}/**/*.generated.js', 'forwarder.schema.json', 'docs/configure.md'];

/** Runs `synthesize` unless the last output is there, unchanged, and was made of the same. Returns whether it ran. */
export async function synthesizeIfChanged(options: Options, synthesize: () => Promise<void>): Promise<boolean> {
  const { stampFile } = options;
  const inputs = digestOfInputs(options);
  if (readStamp(stampFile) === `${inputs} ${digestOfOutputs(options)}`) return false;
  rmSync(stampFile, { recursive: true, force: true });
  await synthesize();
  // If a source changed meanwhile, the output may have either version.
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
