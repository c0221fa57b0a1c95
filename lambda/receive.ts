import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createEnqueue } from './queue/queue.ts';
import { createAuthenticator } from './receiving/authenticate.ts';
import { createReceiver } from './receiving/receiver.ts';
import { recogniseHook } from './smartsupp/recognise.ts';
import { createOverflow } from './store/overflow.ts';
import { createKeepRejected } from './store/rejected.ts';
import { createTable } from './store/table.ts';

const now = () => new Date();
const table = createTable(new DynamoDBClient(), requiredEnv('TABLE_NAME'));

export const handler = createReceiver({
  isAuthentic: createAuthenticator(requiredEnv('HOOK_KEY_DIGESTS').split(',')),
  recognise: recogniseHook,
  enqueue: createEnqueue({
    sqs: new SQSClient(),
    queueUrl: requiredEnv('QUEUE_URL'),
    overflow: createOverflow(table, now),
  }),
  keepRejected: createKeepRejected(table, { retentionDays: Number(requiredEnv('REJECTED_RETENTION_DAYS')), now }),
  log: createLogger('receive'),
  now,
});
