import type { Hurry } from './platform/aws/call.ts';
import { openAws } from './platform/aws/open.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createEnqueue } from './queue/queue.ts';
import { createAuthenticator } from './receiving/authenticate.ts';
import { createReceiver } from './receiving/receiver.ts';
import { recogniseHook } from './smartsupp/recognise.ts';

const now = () => new Date();
/** Two tries at the queue and two at the table must end before the front door gives up on us, whatever says nothing. */
const hurry: Hurry = { attempts: 2, connectionTimeoutMs: 1_000, requestTimeoutMs: 3_000 };

const loadTable = async () => (await import('./receive-table.ts')).openReceiveTable(hurry, now);
let loading: ReturnType<typeof loadTable> | undefined;
/** Nearly every cold start does without it. */
const table = () => {
  loading ??= loadTable();
  return loading;
};

export const handler = createReceiver({
  isAuthentic: createAuthenticator(requiredEnv('HOOK_KEY_DIGESTS').split(',')),
  recognise: recogniseHook,
  enqueue: createEnqueue({
    sqs: openAws('sqs', hurry),
    queueUrl: requiredEnv('QUEUE_URL'),
    putOverflow: async (bytes) => (await table()).putOverflow(bytes),
  }),
  keepWaiting: async (body, receivedAt) => (await table()).keepWaiting(body, receivedAt),
  keepRejected: async (body, refused) => (await table()).keepRejected(body, refused),
  log: createLogger('receive'),
  now,
});
