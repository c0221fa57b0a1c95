import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readCheckedConfig } from './config/config.ts';
import { createReleaseHeld, createReleaseOne } from './delivery/release-held.ts';
import { defaultHoldHours, holdHoursOf } from './mapping/settings.ts';
import { awsClientOptions } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createLogger } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createEnqueue, createEnqueueChat } from './queue/queue.ts';
import { createReconciledUntil } from './store/api-progress.ts';
import { createCountHeld, createMeasureBacklog, createSilentSince } from './store/backlog.ts';
import { createPutClaimCheck } from './store/claim-check.ts';
import { createListDue, createListHeld, createListHoldOver } from './store/due.ts';
import { createTable } from './store/dynamodb-table.ts';
import { createLedger } from './store/ledger.ts';
import { createPaces } from './store/pace.ts';
import { createListSpooled } from './store/spool.ts';
import { createChatsOf } from './store/visitors.ts';
import { createSweep } from './sweep/sweep.ts';

const now = () => new Date();
const config = readCheckedConfig(requiredEnv('LAMBDA_TASK_ROOT'));
const destinations = config.destinations.map(({ name }) => name);
const table = createTable(new DynamoDBClient(awsClientOptions('DYNAMODB')), requiredEnv('TABLE_NAME'));
const queue = { sqs: new SQSClient(awsClientOptions('SQS')), queueUrl: requiredEnv('QUEUE_URL') };
const ledger = createLedger(table, { retentionDays: config.retentionDays, now });
const enqueueChat = createEnqueueChat(queue);
const log = createLogger('sweep');
const minHoldHours = Math.min(defaultHoldHours, ...config.destinations.map(holdHoursOf));
/** Until most of what is put back was attempted, besides the time for which a batch is collected. */
const slowSeconds = 2;

const sweep = createSweep({
  spooled: createListSpooled(table),
  enqueue: createEnqueue({ ...queue, putClaimCheck: createPutClaimCheck(table, now) }),
  listDue: createListDue(table, ledger, now),
  paces: createPaces(table),
  enqueueChat,
  sleep,
  listHeld: createListHeld(table),
  listHoldOver: createListHoldOver(table, { destinations, minHoldHours, now }),
  releaseOne: createReleaseOne({ ledger, enqueueChat, now }),
  chatsOf: createChatsOf(table),
  releaseHeld: createReleaseHeld({ ledger, enqueueChat, now }),
  destinations,
  slowMs: (config.batchingWindowSeconds + slowSeconds) * 1000,
  measureBacklog: createMeasureBacklog(table, destinations),
  countHeld: createCountHeld(table, destinations),
  silentSince: createSilentSince(table, now),
  reconciledUntil: config.api?.reconcile === true ? createReconciledUntil(table, config.api.accountId) : undefined,
  timezone: config.timezone,
  metrics: createMetrics('sweep', now),
  log,
  now,
});

/** For what was begun, and for measuring the backlog. */
const reserveMs = 15_000;

export const handler = log.withRequestId(async (_event: unknown, context) =>
  sweep(new Date(now().getTime() + context.getRemainingTimeInMillis() - reserveMs)),
);
