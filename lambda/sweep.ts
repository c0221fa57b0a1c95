import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readCheckedConfig } from './config/checked.ts';
import { awsClientOptions } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createEnqueue } from './queue/queue.ts';
import { createReadBody } from './store/conversations.ts';
import { createLedger } from './store/ledger.ts';
import { createListOverdue } from './store/overdue.ts';
import { createPutOverflow } from './store/overflow.ts';
import { createTakeStock } from './store/stock.ts';
import { createTable } from './store/table.ts';
import { createListWaiting } from './store/waiting.ts';
import { createSweep } from './sweeping/sweep.ts';

const now = () => new Date();
const config = readCheckedConfig(requiredEnv('LAMBDA_TASK_ROOT'));
const destinations = config.destinations.map(({ name }) => name);
const table = createTable(new DynamoDBClient(awsClientOptions('DYNAMODB')), requiredEnv('TABLE_NAME'));

const log = createLogger('sweep');

export const handler = log.withRequestId(
  createSweep({
    waiting: createListWaiting(table),
    overdue: createListOverdue(table, {
      readBody: createReadBody(table),
      ledger: createLedger(table, { retentionDays: config.retentionDays, now }),
      now,
    }),
    enqueue: createEnqueue({
      sqs: new SQSClient(awsClientOptions('SQS')),
      queueUrl: requiredEnv('QUEUE_URL'),
      putOverflow: createPutOverflow(table, now),
    }),
    destinations,
    takeStock: createTakeStock(table, destinations),
    metrics: createMetrics('sweep', now),
    log,
    now,
  }),
);
