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
import { createSendAll } from './queue/queue.ts';
import { createReconcile } from './reconcile/reconcile.ts';
import { createReadToken, createSmartsuppApi } from './smartsupp/api/client.ts';
import { writeFetchRequest } from './smartsupp/api/fetch-request.ts';
import { createReadFetchedStates, createWatermarks } from './store/api-progress.ts';
import { createTable } from './store/dynamodb-table.ts';

const now = () => new Date();
const log = createLogger('reconcile');
const accountId = requiredEnv('API_ACCOUNT_ID');
const table = createTable(new DynamoDBClient(awsClientOptions('DYNAMODB')), requiredEnv('TABLE_NAME'));
const http = createHttpClient({ connectionTimeoutMs: 3_000, requestTimeoutMs: 15_000, now });
const readSecret = createReadSecret(new SecretsManagerClient(awsClientOptions('SECRETS_MANAGER')), now);
const { search } = createSmartsuppApi({
  http,
  url: requiredEnv('API_URL'),
  token: createReadToken(() => readSecret(requiredEnv('API_TOKEN_SECRET'))),
});
const sendAll = createSendAll({
  sqs: new SQSClient(awsClientOptions('SQS')),
  queueUrl: requiredEnv('FETCH_QUEUE_URL'),
});

const reconcile = createReconcile({
  accountId,
  search,
  fetched: createReadFetchedStates(table),
  watermarks: createWatermarks(table, accountId),
  requestFetches: (requests) => sendAll(requests.map(writeFetchRequest)),
  log,
  metrics: createMetrics('reconcile', now),
  now,
  sleep,
});

/** Time to finish the page that was begun, and to write the watermark. */
const reserveMs = 10_000;

export const handler = log.withRequestId((_event: unknown, context) => {
  const until = new Date(now().getTime() + context.getRemainingTimeInMillis() - reserveMs);
  http.endBy(until);
  return reconcile(until);
});
