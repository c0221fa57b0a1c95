import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ChangeMessageVisibilityBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { readCheckedConfig } from './config/config.ts';
import { createHttpClient } from './crm/http/http.ts';
import { createBatchHandler } from './deliver/batch.ts';
import { createDestinations } from './deliver/destinations.ts';
import type { FetchFile } from './delivery/crm.ts';
import { endOf } from './delivery/time-left.ts';
import { awsClientOptions, warmUp } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createReadSecret } from './platform/secrets.ts';
import { createDefer, createEnqueueChat, createLease } from './queue/queue.ts';
import { createTable } from './store/dynamodb-table.ts';
import { createSharedToken } from './store/tokens.ts';
import { wireDeliver } from './wiring/deliver.ts';

const now = () => new Date();
const log = createLogger('deliver');
const metrics = createMetrics('deliver', now);
const config = readCheckedConfig(requiredEnv('LAMBDA_TASK_ROOT'));
const dynamodb = new DynamoDBClient(awsClientOptions('DYNAMODB'));
const sqs = new SQSClient(awsClientOptions('SQS'));
const table = createTable(dynamodb, requiredEnv('TABLE_NAME'));
const http = createHttpClient({ connectionTimeoutMs: 3_000, requestTimeoutMs: 10_000, now });

const tokenOf = (destination: string) => createSharedToken(table, { destination, now, sleep });
/** A known value is used if Secrets Manager does not answer, so there is no point in waiting long for it. */
const secretLimits = { maxAttempts: 2, requestTimeoutMs: 3_000 };
const secretsManager = new SecretsManagerClient(awsClientOptions('SECRETS_MANAGER', secretLimits));
const readSecret = createReadSecret(secretsManager, now);
const queue = { sqs, queueUrl: requiredEnv('QUEUE_URL'), now };
/** Rarely needed, so not loaded at a cold start. */
const loadFetchFile = async () => {
  const { createDownload, createFetchFile } = await import('./crm/files/download.ts');
  // A source of files on this machine: the local stack's.
  const allowLoopback = process.env['FILES_FROM_LOOPBACK'] === 'true';
  return createFetchFile(createDownload({ connectionTimeoutMs: 3_000, timeoutMs: 10_000, allowLoopback, now }));
};
let loadingFetchFile: ReturnType<typeof loadFetchFile> | undefined;
const fetchFile: FetchFile = async (...of) => {
  loadingFetchFile ??= loadFetchFile();
  return (await loadingFetchFile)(...of);
};

const secretIds = JSON.parse(requiredEnv('DESTINATION_SECRETS'));

const handle = createBatchHandler({
  deliver: wireDeliver({
    table,
    config,
    destinations: createDestinations(config, secretIds, { http, now, readSecret, tokenOf }),
    fetchFile,
    enqueueChat: createEnqueueChat(queue),
    random: Math.random,
    sleep,
    log,
    metrics,
    now,
  }),
  lease: createLease(queue),
  defer: createDefer(queue),
  log,
  metrics,
  now,
});

warmUp((options) => dynamodb.send(new GetItemCommand({ TableName: 'none', Key: { pk: { S: '' } } }), options));
warmUp((options) =>
  sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: 'https://sqs', Entries: [] }), options),
);

export const handler = log.withRequestId((event: SQSEvent, context) => {
  http.endBy(endOf('toRelease', new Date(now().getTime() + context.getRemainingTimeInMillis())));
  return handle(event, context);
});
