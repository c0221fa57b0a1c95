import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createEnqueue } from './queue/queue.ts';
import { createAuthenticator } from './receiving/authenticate.ts';
import { createReceiver } from './receiving/receiver.ts';
import { recogniseHook } from './smartsupp/recognise.ts';
import { createPutOverflow } from './store/overflow.ts';
import { createKeepRejected } from './store/rejected.ts';
import { createTable } from './store/table.ts';
import { createKeepWaiting } from './store/waiting.ts';

const now = () => new Date();
/** Two tries at the queue and two at the table must end before the front door gives up on us, whatever says nothing. */
const hurried = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};
const table = createTable(new DynamoDBClient(hurried), requiredEnv('TABLE_NAME'));

export const handler = createReceiver({
  isAuthentic: createAuthenticator(requiredEnv('HOOK_KEY_DIGESTS').split(',')),
  recognise: recogniseHook,
  enqueue: createEnqueue({
    sqs: new SQSClient(hurried),
    queueUrl: requiredEnv('QUEUE_URL'),
    putOverflow: createPutOverflow(table, now),
  }),
  keepWaiting: createKeepWaiting(table),
  keepRejected: createKeepRejected(table, {
    retentionDays: Number(requiredEnv('REJECTED_RETENTION_DAYS')),
    dailyBytes: 50 * 1024 * 1024,
    now,
  }),
  log: createLogger('receive'),
  now,
});
