import { readFile, writeFile } from 'node:fs/promises';
import { withoutByteOrderMark } from '../infra/config/json.ts';
import type { Config } from '../lambda/config/config.ts';
import { StartError } from './lib/errors.ts';
import { restrictToOwner, type State } from './lib/state.ts';
import { synthesize, synthesizeIfChanged } from './synthesize.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';

type Assembled = {
  readonly assembly: Assembly;
  readonly config: Config;
  readonly demoDestination: string | undefined;
  /** Whether the template was synthesized at this start. */
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
 * Synthesizes the template with this stack's address of the demo CRM, unless nothing has changed since the last start. Throws
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

/** The demo CRM's address in the default configuration; its real origin depends on PORT and HOST. */
const demoAddress = /^http:\/\/(?:127\.0\.0\.1|localhost):3000(?=\/demo-crm\/?$)/;

/** The path of the demo's fake Smartsupp, and the sample chats' account. */
const demoApiPath = '/demo-smartsupp/v2/';
const demoAccount = '100200';

type LocalConfig = {
  readonly text: string;
  readonly demoDestination: string | undefined;
};

/** Adapts the demo CRM's address. Invalid text is returned unchanged; its reader reports the mistakes. */
export function localConfig(text: string, demoOrigin: string): LocalConfig {
  const config = parse(text);
  const destinations: readonly unknown[] = Array.isArray(config?.['destinations']) ? config['destinations'] : [];
  let demoDestination: string | undefined;
  const local = destinations.map((destination) => {
    const { name, url } = Object(destination);
    if (typeof url !== 'string' || !(demoAddress.test(url) || url === `${demoOrigin}/demo-crm`)) return destination;
    demoDestination = String(name);
    return { ...Object(destination), url: url.replace(demoAddress, demoOrigin) };
  });
  if (demoDestination === undefined) return { text, demoDestination };
  const api = config?.['api'] ?? { accountId: demoAccount, url: `${demoOrigin}${demoApiPath}` };
  return { text: JSON.stringify({ ...config, api, destinations: local }, null, 2), demoDestination };
}

/** Call it after infra/ has compiled the schemas. Throws StartError listing every mistake. */
async function readConfig(file: string): Promise<Config> {
  const { ConfigError, loadWithExpressions } = await import('../infra/config/load.ts');
  try {
    return await loadWithExpressions(file);
  } catch (error) {
    throw error instanceof ConfigError ? new StartError(error.message) : error;
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(withoutByteOrderMark(text)));
  } catch {
    return undefined;
  }
}
