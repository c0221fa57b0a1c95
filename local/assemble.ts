import { readFile, writeFile } from 'node:fs/promises';
import type { Config } from '../lambda/config/config.ts';
import { localConfig, readConfig } from './config.ts';
import { restrictToOwner, type State } from './lib/state.ts';
import { synthesize } from './synth.ts';
import { synthesizeIfChanged } from './synthesized.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';

export type Assembled = {
  readonly assembly: Assembly;
  readonly config: Config;
  readonly demoDestination: string | undefined;
  /** Whether the template was made at this start. */
  readonly isNew: boolean;
};

type AssembleOptions = {
  readonly root: string;
  readonly state: State;
  readonly configFile: string;
  readonly demoOrigin: string;
  readonly signal: AbortSignal;
};

/**
 * Synthesizes the template with this stack's address of the demo CRM, unless it was made of the same before. Throws
 * StartError if infra/ fails.
 */
export async function assemble({ root, state, configFile, demoOrigin, signal }: AssembleOptions): Promise<Assembled> {
  const { text, demoDestination } = localConfig(await readFile(configFile, 'utf8').catch(() => ''), demoOrigin);
  const localFile = state.path('forwarder.json');
  await writeFile(localFile, text);
  const outputDirectory = state.path('cdk.out');
  const cache = { root, configFile: localFile, outputDirectory, stampFile: state.path('cdk.out.digest') };
  let isNew: boolean;
  try {
    isNew = await synthesizeIfChanged(cache, async () => {
      await synthesize({ root, outputDirectory, configFile: localFile, signal });
      // The CDK opens its copies of the bundles to everyone, whatever the umask.
      restrictToOwner(outputDirectory);
    });
  } catch (error) {
    // A mistake in the configuration is reported with the name of the user's own file.
    await readConfig(configFile);
    throw error;
  }
  const [assembly, config] = await Promise.all([readAssembly(outputDirectory), readConfig(configFile)]);
  return { assembly, config, demoDestination, isNew };
}
