import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClientOptions, type CallLimits, warmUp } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createEnqueue } from './queue/queue.ts';
import { createReceiver } from './receive/receiver.ts';
import { createAuthenticator } from './receive/request.ts';
import { validateHook } from './smartsupp/hook.ts';

const now = () => new Date();
/** Two attempts at the queue and two at the table must end before API Gateway times out. */
const limits: CallLimits = { maxAttempts: 2, requestTimeoutMs: 3_000 };

const loadTable = async () => (await import('./receive-table.ts')).openReceiveTable(limits, now);
let loading: ReturnType<typeof loadTable> | undefined;
/** Rarely needed, so not loaded at a cold start. */
const table = () => {
  loading ??= loadTable();
  return loading;
};

const log = createLogger('receive');

const sqs = new SQSClient(awsClientOptions('SQS', limits));
warmUp((options) => sqs.send(new SendMessageCommand({ QueueUrl: 'https://sqs', MessageBody: '' }), options));

export const handler = log.withRequestId(
  createReceiver({
    isAuthentic: createAuthenticator(requiredEnv('HOOK_KEY_DIGESTS').split(',')),
    validate: validateHook,
    enqueue: createEnqueue({
      sqs,
      queueUrl: requiredEnv('QUEUE_URL'),
      putClaimCheck: async (bytes) => (await table()).putClaimCheck(bytes),
    }),
    spool: async (body, receivedAt) => (await table()).spool(body, receivedAt),
    keepRejected: async (body, refused) => (await table()).keepRejected(body, refused),
    log,
    now,
  }),
);
