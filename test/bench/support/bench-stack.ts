import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../../local/assemble.ts';
import type { FunctionDefinition } from '../../../local/lambda/function.ts';
import { openLogs } from '../../../local/lib/logs.ts';
import { type Endpoints, readSettings } from '../../../local/lib/settings.ts';
import { openState, type State } from '../../../local/lib/state.ts';
import { deploy } from '../../../local/provision/deploy.ts';
import { type Servers, startServers } from '../../../local/servers/servers.ts';
import { type Outputs, outputNames } from '../../../local/stack-info.ts';
import type { MappingDefinition, TableDefinition } from '../../../local/template/definitions.ts';
import { hubspot } from './hubspot.ts';
import { once, run } from './run.ts';

export type BenchStack = {
  /** The functions as the template has them, with the bundles that would be deployed. */
  readonly receive: FunctionDefinition;
  readonly deliver: FunctionDefinition;
  readonly servers: Servers;
  readonly endpoints: Endpoints;
  readonly hookKey: string;
  readonly mapping: MappingDefinition;
  readonly tables: readonly TableDefinition[];
  readonly outputs: Outputs;
  readonly configFile: string;
  readonly state: State;
  readonly close: () => Promise<void>;
};

/** The template and its bundles, which all rows share: made once, in a directory of its own. */
const assembled = once(async () => {
  const { directory, state } = await openDirectory(run);
  const configFile = join(directory, 'bench.json');
  const destinations = [{ name: 'hubspot', adapter: 'hubspot', baseUrl: (await hubspot()).url }];
  await writeFile(configFile, JSON.stringify({ timezone: 'Europe/Prague', destinations }));
  const { signal } = new AbortController();
  const options = { root: process.cwd(), state, configFile, demoOrigin: 'http://127.0.0.1:9', signal };
  return { ...(await assemble(options)), configFile };
});

/**
 * What `npm start` would run, deployed but not running: an empty queue and an empty table of its own, and no function
 * has been started.
 */
export async function openBenchStack(): Promise<BenchStack> {
  const { assembly, configFile } = await assembled();
  const resources = new AsyncDisposableStack();
  const { directory, state } = await openDirectory(resources);
  const variables = {
    FORWARDER_DATA: directory,
    FORWARDER_CONFIG: configFile,
    FORWARDER_SECRET_HUBSPOT: (await hubspot()).token,
  };
  const settings = readSettings(variables, directory);
  const openLog = openLogs(state.path('logs'), () => {});
  const servers = await startServers({ state, resources, openLog, print: () => {} });
  const onFailure = (label: string, errorType: string) => {
    process.stderr.write(`The function ${label} failed: ${errorType}\n`);
  };
  const { stack, hookKey } = await deploy({ assembly, servers, settings, state, resources, openLog, onFailure });
  const [route] = stack.routes();
  const [mapping] = stack.mappings();
  if (mapping === undefined) throw new Error('The template has no function that the queue feeds.');
  return {
    receive: stack.function(route?.functionName ?? ''),
    deliver: stack.function(mapping.functionName),
    servers,
    endpoints: servers.endpoints,
    hookKey,
    mapping,
    tables: stack.tables(),
    outputs: Object.fromEntries(outputNames.map((name) => [name, stack.output(name)])) as Outputs,
    configFile,
    state,
    close: () => resources.disposeAsync(),
  };
}

async function openDirectory(resources: AsyncDisposableStack) {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  resources.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const state = openState(directory);
  resources.defer(async () => state.release());
  return { directory, state };
}
