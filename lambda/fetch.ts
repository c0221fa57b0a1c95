import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createHttpClient } from './crm/http/http.ts';
import { awsClientOptions } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createReadSecret } from './platform/secrets.ts';
import { createTable } from './store/dynamodb-table.ts';
import { wireFetch } from './wiring/fetch.ts';

const now = () => new Date();
const log = createLogger('fetch');
const readSecret = createReadSecret(new SecretsManagerClient(awsClientOptions('SECRETS_MANAGER')), now);

export const handler = log.withRequestId(
  wireFetch({
    table: createTable(new DynamoDBClient(awsClientOptions('DYNAMODB')), requiredEnv('TABLE_NAME')),
    sqs: new SQSClient(awsClientOptions('SQS')),
    queueUrl: requiredEnv('QUEUE_URL'),
    fetchQueueUrl: requiredEnv('FETCH_QUEUE_URL'),
    http: createHttpClient({ connectionTimeoutMs: 3_000, requestTimeoutMs: 15_000, now }),
    apiUrl: requiredEnv('API_URL'),
    readToken: () => readSecret(requiredEnv('API_TOKEN_SECRET')),
    config: {
      retentionDays: Number(requiredEnv('RETENTION_DAYS')),
      rejectedRetentionDays: Number(requiredEnv('REJECTED_RETENTION_DAYS')),
    },
    log,
    now,
  }),
);
