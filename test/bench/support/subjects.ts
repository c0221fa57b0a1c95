import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalStack } from '../../integration/local/support/stack.ts';
import type { BenchHubspot } from './hubspot.ts';
import { type ServerChild, startServerChild } from './server-child.ts';

/** Something that takes the hook and brings it to a CRM. */
export type Contender = {
  readonly hookUrl: string;
  /** The process of it, whose descendants belong to it. */
  readonly pid: number;
  readonly stop: () => Promise<void>;
};

const key = randomBytes(24).toString('base64');

/** `npm start` with a webhook for a CRM. */
export const startForwarder = (crm: ServerChild) =>
  startOurs({ destinations: [{ name: 'crm', adapter: 'webhook', url: `${crm.url}/chats` }] }, key);

/** `npm start` with HubSpot for a CRM. */
export const startForwarderToHubspot = ({ url, token }: BenchHubspot, settings: Settings = {}) =>
  startOurs({ ...settings, destinations: [{ name: 'crm', adapter: 'hubspot', baseUrl: url }] }, token);

type Settings = { readonly batchingWindowSeconds?: number };

async function startOurs(config: object, secret: string): Promise<Contender> {
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

/** The hand-written one, with the same webhook for a CRM. */
export async function startCompetitor(crm: ServerChild): Promise<Contender> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const args = [join(directory, 'outbox.sqlite'), `${crm.url}/chats`, key, 'the-key'];
  const server = await startServerChild('competitor/server.ts', args);
  return {
    hookUrl: `${server.url}/smartsupp/the-key`,
    pid: server.pid,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
