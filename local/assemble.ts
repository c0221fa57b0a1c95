import { readFile, writeFile } from 'node:fs/promises';
import type { Config } from '../lambda/config/config.ts';
import { localConfig, readConfig } from './config.ts';
import { restrictToOwner, type State } from './lib/state.ts';
import { synthesize } from './synth.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';

export type Assembled = {
  readonly assembly: Assembly;
  readonly config: Config;
  readonly demoDestination: string | undefined;
};

type AssembleOptions = {
  readonly root: string;
  readonly state: State;
  readonly configFile: string;
  readonly demoOrigin: string;
  readonly signal: AbortSignal;
};

/** Synthesizes the template with this stack's address of the demo CRM. Throws StartError if infra/ fails. */
export async function assemble({ root, state, configFile, demoOrigin, signal }: AssembleOptions): Promise<Assembled> {
  const { text, demoDestination } = localConfig(await readFile(configFile, 'utf8').catch(() => ''), demoOrigin);
  const localFile = state.path('forwarder.json');
  await writeFile(localFile, text);
  const outputDirectory = state.path('cdk.out');
  try {
    await synthesize({ root, outputDirectory, configFile: localFile, signal });
  } catch (error) {
    // A mistake in the configuration is reported with the name of the user's own file.
    await readConfig(configFile);
    throw error;
  }
  // The CDK opens its copies of the bundles to everyone, whatever the umask.
  restrictToOwner(outputDirectory);
  return { assembly: await readAssembly(outputDirectory), config: await readConfig(configFile), demoDestination };
}
