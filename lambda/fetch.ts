import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { createHttpClient } from './crm/http/http.ts';
import { createBatchHandler } from './fetch/batch.ts';
import { createFetch } from './fetch/fetch.ts';
import { cacheAgents, createFetchSnapshot } from './fetch/fetch-snapshot.ts';
import { awsClientOptions } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createReadSecret } from './platform/secrets.ts';
import { createDefer, createEnqueue, createLease, createSend } from './queue/queue.ts';
import { createReadToken, createSmartsuppApi } from './smartsupp/api/client.ts';
import { writeFetchRequest } from './smartsupp/api/fetch-request.ts';
import { createFetchedStates } from './store/api-progress.ts';
import { createTable } from './store/dynamodb-table.ts';
import { createPutClaimCheck } from './store/large-bodies.ts';
import { createKeepRejected } from './store/rejected.ts';
import { createHeldOf } from './store/visitors.ts';

const now = () => new Date();
const log = createLogger('fetch');
const table = createTable(new DynamoDBClient(awsClientOptions('DYNAMODB')), requiredEnv('TABLE_NAME'));
const http = createHttpClient({ connectionTimeoutMs: 3_000, requestTimeoutMs: 15_000, now });
const sqs = new SQSClient(awsClientOptions('SQS'));
const fetchQueue = { sqs, queueUrl: requiredEnv('FETCH_QUEUE_URL'), now };
const readSecret = createReadSecret(new SecretsManagerClient(awsClientOptions('SECRETS_MANAGER')), now);
const api = createSmartsuppApi({
  http,
  url: requiredEnv('API_URL'),
  token: createReadToken(() => readSecret(requiredEnv('API_TOKEN_SECRET'))),
});
const requestFetch = createSend(fetchQueue);

const handle = createBatchHandler({
  fetch: createFetch({
    fetchSnapshot: createFetchSnapshot({ api: { ...api, agents: cacheAgents(api.agents, now) }, log }),
    fetched: createFetchedStates(table, { retentionDays: Number(requiredEnv('RETENTION_DAYS')), now }),
    enqueue: createEnqueue({ sqs, queueUrl: requiredEnv('QUEUE_URL'), putClaimCheck: createPutClaimCheck(table, now) }),
    heldOf: createHeldOf(table),
    requestFetch: (request) => requestFetch(writeFetchRequest(request)),
    keepRejected: createKeepRejected(table, {
      retentionDays: Number(requiredEnv('REJECTED_RETENTION_DAYS')),
      dailyBytes: null,
      now,
    }),
    log,
    now,
  }),
  lease: createLease(fetchQueue),
  defer: createDefer(fetchQueue),
  log,
  now,
});

/** Time to put back what could not be fetched, before the function is stopped. */
const releaseMs = 5_000;

export const handler = log.withRequestId((event: SQSEvent, context) => {
  http.endBy(new Date(now().getTime() + context.getRemainingTimeInMillis() - releaseMs));
  return handle(event, context);
});
