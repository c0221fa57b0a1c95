import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readCheckedConfig } from './config/config.ts';
import { awsClientOptions } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createTable } from './store/dynamodb-table.ts';
import { wireSweep } from './wiring/sweep.ts';

const now = () => new Date();
const log = createLogger('sweep');

const sweep = wireSweep({
  table: createTable(new DynamoDBClient(awsClientOptions('DYNAMODB')), requiredEnv('TABLE_NAME')),
  queue: { sqs: new SQSClient(awsClientOptions('SQS')), queueUrl: requiredEnv('QUEUE_URL') },
  config: readCheckedConfig(requiredEnv('LAMBDA_TASK_ROOT')),
  sleep,
  metrics: createMetrics('sweep', now),
  log,
  now,
});

/** Time to finish what was begun. */
const reserveMs = 5_000;

export const handler = log.withRequestId(async (_event: unknown, context) =>
  sweep(new Date(now().getTime() + context.getRemainingTimeInMillis() - reserveMs)),
);
