import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalStack } from '../../integration/local/support/stack.ts';
import type { BenchHubspot } from './hubspot.ts';
import { cpuByPart, cpuOf } from './processes.ts';
import { startServerChild } from './server-child.ts';

/** Something that takes the hook and brings it to a CRM of its own. */
export type Contender = {
  readonly hookUrl: string;
  /** What its processes have used of the processors so far, in milliseconds. */
  readonly cpu: () => Readonly<Record<string, number>>;
  readonly crm: Crm;
  readonly stop: () => Promise<void>;
};

type Crm = { readonly url: string; readonly chats: () => Promise<number>; readonly stop: () => Promise<void> };

const key = randomBytes(24).toString('base64');

/** A webhook's receiver that takes everything at once. */
async function startCrm(): Promise<Crm> {
  const { url, stop } = await startServerChild('children/fake-crm.ts', []);
  return { url: `${url}/chats`, chats: async () => Number(await (await fetch(url)).text()), stop };
}

/** `npm start` with a webhook for a CRM. */
export async function startForwarder(): Promise<Contender> {
  const crm = await startCrm();
  const { hookUrl, pid, stop } = await start(
    { destinations: [{ name: 'crm', adapter: 'webhook', url: crm.url }] },
    key,
  );
  const stopBoth = async () => {
    await stop();
    await crm.stop();
  };
  return { hookUrl, cpu: () => cpuByPart(pid), crm, stop: stopBoth };
}

/** `npm start` with HubSpot for a CRM. */
export const startForwarderToHubspot = ({ url, token }: BenchHubspot, settings: Settings) =>
  start({ ...settings, destinations: [{ name: 'crm', adapter: 'hubspot', baseUrl: url }] }, token);

type Settings = { readonly batchingWindowSeconds?: number };

async function start(config: object, secret: string) {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const configFile = join(directory, 'forwarder.json');
  await writeFile(configFile, JSON.stringify(config));
  const stack = await startLocalStack(join(directory, 'state'), {
    FORWARDER_CONFIG: configFile,
    FORWARDER_SECRET_CRM: secret,
  });
  return {
    hookUrl: stack.hookUrl,
    pid: stack.child.pid ?? 0,
    stop: async () => {
      stack.child.kill('SIGTERM');
      await stack.exit;
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The hand-written one, with such a webhook for a CRM. */
export async function startCompetitor(): Promise<Contender> {
  const crm = await startCrm();
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const args = [join(directory, 'outbox.sqlite'), crm.url, key, 'the-key'];
  const server = await startServerChild('competitor/server.ts', args);
  return {
    hookUrl: `${server.url}/smartsupp/the-key`,
    cpu: () => ({ 'all of it': cpuOf(server.pid) }),
    crm,
    stop: async () => {
      await server.stop();
      await crm.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
