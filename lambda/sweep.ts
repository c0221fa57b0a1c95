import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { unhurried } from './platform/aws-client.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createEnqueue } from './queue/queue.ts';
import { createReadBody } from './store/conversations.ts';
import { createListOverdue } from './store/overdue.ts';
import { createPutOverflow } from './store/overflow.ts';
import { createTakeStock } from './store/stock.ts';
import { createTable } from './store/table.ts';
import { createListWaiting } from './store/waiting.ts';
import { createSweep } from './sweeping/sweep.ts';

const now = () => new Date();
const table = createTable(new DynamoDBClient(unhurried), requiredEnv('TABLE_NAME'));

export const handler = createSweep({
  waiting: createListWaiting(table),
  overdue: createListOverdue(table, { readBody: createReadBody(table), now }),
  enqueue: createEnqueue({
    sqs: new SQSClient(unhurried),
    queueUrl: requiredEnv('QUEUE_URL'),
    putOverflow: createPutOverflow(table, now),
  }),
  takeStock: createTakeStock(table),
  metrics: createMetrics('sweep'),
  log: createLogger('sweep'),
  now,
});
