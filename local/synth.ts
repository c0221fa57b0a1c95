import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { StartError } from './lib/errors.ts';
import { spawnNode } from './lib/processes.ts';

export type SynthOptions = {
  /** The repository's root, with cdk.json. */
  readonly root: string;
  /** Where the cloud assembly goes; what is there is replaced. */
  readonly outputDirectory: string;
  readonly configFile: string;
  readonly signal: AbortSignal;
};

/** What the CDK's command line adds to the context: the paths of constructs and assets, in the template. */
const metadata = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

/**
 * Runs the CDK app as its command line would, without the command line's second or two.
 * @throws StartError with what the app had to say
 */
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
      // Set when a template is made for an account on AWS, which this one is not.
      CDK_DEFAULT_ACCOUNT: undefined,
      CDK_DEFAULT_REGION: undefined,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      // The rules change nothing in the template, take half of the time, and hold wherever it is tested or deployed.
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
