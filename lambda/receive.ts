import { requiredEnv } from './platform/env.ts';
import { environmentCredentials } from './platform/environment-credentials.ts';
import { createLogger } from './platform/logger.ts';
import { createSend, type Hurry } from './queue/send.ts';
import { createAuthenticator } from './receiving/authenticate.ts';
import { createReceiver } from './receiving/receiver.ts';
import { recogniseHook } from './smartsupp/recognise.ts';

const now = () => new Date();
/** Two tries at the queue and two at the table must end before the front door gives up on us, whatever says nothing. */
const hurry: Hurry = { attempts: 2, connectionTimeoutMs: 1_000, requestTimeoutMs: 3_000 };

const loadTable = async () => (await import('./receive-table.ts')).openReceiveTable(hurry, now);
let loading: ReturnType<typeof loadTable> | undefined;
/** Nearly every cold start does without it, and so without the SDK. */
const table = () => {
  loading ??= loadTable();
  return loading;
};

export const handler = createReceiver({
  isAuthentic: createAuthenticator(requiredEnv('HOOK_KEY_DIGESTS').split(',')),
  recognise: recogniseHook,
  enqueue: createSend({
    ...hurry,
    queueUrl: requiredEnv('QUEUE_URL'),
    region: requiredEnv('AWS_REGION'),
    credentials: environmentCredentials(),
    putOverflow: async (bytes) => (await table()).putOverflow(bytes),
    now,
  }),
  keepWaiting: async (body, receivedAt) => (await table()).keepWaiting(body, receivedAt),
  keepRejected: async (body, refused) => (await table()).keepRejected(body, refused),
  log: createLogger('receive'),
  now,
});
