import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClientOptions, type CallLimits } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createReadSecret } from './platform/secrets.ts';
import { createSend } from './queue/queue.ts';
import { createEventReceiver } from './receive/event-receiver.ts';
import { createAuthenticator } from './receive/request.ts';
import { createNoteEvent } from './store/api-progress.ts';
import { createTable } from './store/dynamodb-table.ts';
import { createKeepRejected } from './store/rejected.ts';

const now = () => new Date();
/** All of them must end before API Gateway times out. */
const limits: CallLimits = { maxAttempts: 2, requestTimeoutMs: 3_000 };
/** For refused bodies, compressed. */
const dailyBytes = 50 * 1024 * 1024;

const log = createLogger('events');
const table = createTable(new DynamoDBClient(awsClientOptions('DYNAMODB', limits)), requiredEnv('TABLE_NAME'));
const readSecret = createReadSecret(new SecretsManagerClient(awsClientOptions('SECRETS_MANAGER', limits)), now);

export const handler = log.withRequestId(
  createEventReceiver({
    accountId: requiredEnv('API_ACCOUNT_ID'),
    isAuthentic: createAuthenticator(requiredEnv('HOOK_KEY_DIGESTS').split(',')),
    readSecrets: () => readSecret(requiredEnv('WEBHOOKS_SECRET')),
    requestFetch: createSend({
      sqs: new SQSClient(awsClientOptions('SQS', limits)),
      queueUrl: requiredEnv('FETCH_QUEUE_URL'),
    }),
    keepRejected: createKeepRejected(table, {
      retentionDays: Number(requiredEnv('REJECTED_RETENTION_DAYS')),
      dailyBytes,
      now,
    }),
    noteEvent: createNoteEvent(table, now),
    log,
    metrics: createMetrics('events', now),
  }),
);
