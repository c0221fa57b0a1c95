import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2, SQSBatchResponse } from 'aws-lambda';
import type { Config } from '../../lambda/config/config.ts';
import { createBatchHandler } from '../../lambda/deliver/batch.ts';
import { createSecretOf } from '../../lambda/deliver/destinations.ts';
import { createPlanner } from '../../lambda/mapping/plan.ts';
import { createReadSecret } from '../../lambda/platform/secrets.ts';
import {
  type Batch,
  createDefer,
  createEnqueue,
  createEnqueueChat,
  createLease,
  createSend,
  type TimeLeft,
} from '../../lambda/queue/queue.ts';
import { createEventReceiver } from '../../lambda/receive/event-receiver.ts';
import { createReceiver } from '../../lambda/receive/receiver.ts';
import { validateHook } from '../../lambda/smartsupp/hook.ts';
import { createNoteEvent } from '../../lambda/store/api-progress.ts';
import { createPutClaimCheck } from '../../lambda/store/large-bodies.ts';
import { createKeepRejected } from '../../lambda/store/rejected.ts';
import { createSpool } from '../../lambda/store/spool.ts';
import { wireDeliver } from '../../lambda/wiring/deliver.ts';
import { wireFetch } from '../../lambda/wiring/fetch.ts';
import { wireReconcile } from '../../lambda/wiring/reconcile.ts';
import { wireSweep } from '../../lambda/wiring/sweep.ts';
import { noFiles } from '../support/no-files.ts';
import type { Services } from './services.ts';

export type Handlers = {
  readonly receive: (body: string) => Promise<APIGatewayProxyStructuredResultV2>;
  readonly events: (event: object) => Promise<APIGatewayProxyStructuredResultV2>;
  readonly fetch: (batch: Batch, context: TimeLeft) => Promise<SQSBatchResponse>;
  readonly reconcile: (deadline: Date) => Promise<unknown>;
  readonly deliver: (batch: Batch, context: TimeLeft) => Promise<SQSBatchResponse>;
  readonly sweep: (until: Date) => Promise<unknown>;
};

export const settings = {
  retentionDays: 30,
  rejectedRetentionDays: 30,
  giveUpAfterHours: 24,
  variables: { phone: 'phone' },
  language: 'en',
  contactFromWords: true,
} as const satisfies Partial<Config>;

/** Days in life. */
const holdHours = 0.5;

/** What a function is made of when it starts: put together as its handler does it. */
export type Start = {
  readonly services: Services;
  readonly destinations: readonly string[];
  readonly api: boolean;
  /** Default: a day, so that histories see it pass. */
  readonly giveUpAfterHours?: number | undefined;
  readonly random: () => number;
};

const apiSettings = { accountId: '1', webhooks: true, reconcile: true, url: 'https://api.smartsupp.com/v2/' };

const { retentionDays, rejectedRetentionDays, variables, language } = settings;
const now = () => new Date();
const log = { info: () => {}, warn: () => {}, error: () => {} };
const metrics = { count: () => {}, flush: () => {} };

/** What fetch and reconcile have in common. */
function smartsuppParts({ table, sqs, fetchQueueUrl, http, secrets }: Services) {
  const readSecret = createReadSecret(secrets, now);
  return {
    table,
    sqs,
    fetchQueueUrl,
    http,
    apiUrl: apiSettings.url,
    readToken: () => readSecret('the token'),
    log,
    now,
  };
}

export const starts = {
  receive: ({ services: { table, sqs, queueUrl } }: Start): Handlers['receive'] => {
    const receive = createReceiver({
      isAuthentic: () => true,
      validate: validateHook,
      enqueue: createEnqueue({ sqs, queueUrl, putClaimCheck: createPutClaimCheck(table, now) }),
      spool: createSpool(table),
      keepRejected: createKeepRejected(table, { retentionDays: rejectedRetentionDays, dailyBytes: 50_000_000, now }),
      log,
      now,
    });
    return (body) => receive({ body, isBase64Encoded: false, requestContext: { http: { method: 'POST' } } });
  },

  events: ({ services: { table, sqs, fetchQueueUrl, secrets } }: Start): Handlers['events'] => {
    const readSecret = createReadSecret(secrets, now);
    const receive = createEventReceiver({
      accountId: apiSettings.accountId,
      isAuthentic: () => true,
      readSecrets: () => readSecret('secret of the webhooks'),
      requestFetch: createSend({ sqs, queueUrl: fetchQueueUrl }),
      keepRejected: createKeepRejected(table, { retentionDays: rejectedRetentionDays, dailyBytes: 50_000_000, now }),
      noteEvent: createNoteEvent(table, now),
      log,
      metrics,
    });
    return (event) => {
      const body = JSON.stringify(event);
      const signature = createHmac('sha256', 'secret').update(body).digest('hex');
      return receive({ body, isBase64Encoded: false, headers: { 'x-smartsupp-hmac': signature } });
    };
  },

  fetch: ({ services }: Start): Handlers['fetch'] =>
    wireFetch({ ...smartsuppParts(services), queueUrl: services.queueUrl, config: settings }),

  reconcile: ({ services }: Start): Handlers['reconcile'] =>
    wireReconcile({ ...smartsuppParts(services), accountId: apiSettings.accountId, metrics, sleep }),

  deliver: ({
    services,
    destinations,
    api,
    giveUpAfterHours = settings.giveUpAfterHours,
    random,
  }: Start): Handlers['deliver'] => {
    const { table, sqs, queueUrl } = services;
    const queue = { sqs, queueUrl, now };
    const readSecret = createReadSecret(services.secrets, now);
    const ready = async (name: string) => {
      const adapter = services.adapterOf(
        name,
        createSecretOf(name, () => readSecret(`secret of ${name}`)),
      );
      const keepsContacts = adapter.upsertContacts !== undefined;
      const makesFollowUps = adapter.followUps !== undefined;
      return {
        name,
        adapter,
        plan: await createPlanner({ name, holdHours }, { language, variables, keepsContacts, makesFollowUps, now }),
      };
    };
    return createBatchHandler({
      deliver: wireDeliver({
        table,
        config: { ...settings, giveUpAfterHours, ...(api && { api: apiSettings }) },
        destinations: Promise.all(destinations.map(ready)),
        fetchFile: noFiles,
        enqueueChat: createEnqueueChat(queue),
        random,
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
  },

  sweep: ({ services: { table, sqs, queueUrl }, destinations }: Start): Handlers['sweep'] =>
    wireSweep({
      table,
      queue: { sqs, queueUrl },
      config: {
        retentionDays,
        timezone: 'UTC',
        batchingWindowSeconds: 1,
        destinations: destinations.map((name) => ({ name })),
      },
      sleep,
      metrics,
      log,
      now,
    }),
};
