import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createHttpClient } from './crm/http/http.ts';
import { awsClientOptions } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createReadSecret } from './platform/secrets.ts';
import { createTable } from './store/dynamodb-table.ts';
import { wireReconcile } from './wiring/reconcile.ts';

const now = () => new Date();
const log = createLogger('reconcile');
const readSecret = createReadSecret(new SecretsManagerClient(awsClientOptions('SECRETS_MANAGER')), now);

const reconcile = wireReconcile({
  accountId: requiredEnv('API_ACCOUNT_ID'),
  table: createTable(new DynamoDBClient(awsClientOptions('DYNAMODB')), requiredEnv('TABLE_NAME')),
  sqs: new SQSClient(awsClientOptions('SQS')),
  fetchQueueUrl: requiredEnv('FETCH_QUEUE_URL'),
  http: createHttpClient({ connectionTimeoutMs: 3_000, requestTimeoutMs: 15_000, now }),
  apiUrl: requiredEnv('API_URL'),
  readToken: () => readSecret(requiredEnv('API_TOKEN_SECRET')),
  log,
  metrics: createMetrics('reconcile', now),
  now,
  sleep,
});

export const handler = log.withRequestId((_event: unknown, context) =>
  reconcile(new Date(now().getTime() + context.getRemainingTimeInMillis())),
);
