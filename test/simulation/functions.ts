import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Config } from '../../lambda/config/config.ts';
import { createBatchHandler } from '../../lambda/deliver/batch.ts';
import { createPlanner } from '../../lambda/mapping/plan.ts';
import { createReadSecret } from '../../lambda/platform/secrets.ts';
import { createDefer, createEnqueue, createEnqueueChat, createLease } from '../../lambda/queue/queue.ts';
import { createReceiver } from '../../lambda/receive/receiver.ts';
import { validateHook } from '../../lambda/smartsupp/hook.ts';
import { createPutClaimCheck } from '../../lambda/store/large-bodies.ts';
import { createKeepRejected } from '../../lambda/store/rejected.ts';
import { createSpool } from '../../lambda/store/spool.ts';
import { wireDeliver } from '../../lambda/wiring/deliver.ts';
import { wireSweep } from '../../lambda/wiring/sweep.ts';
import { noFiles } from '../support/no-files.ts';
import type { Services } from './services.ts';

export type Handlers = {
  readonly receive: (body: string) => Promise<APIGatewayProxyStructuredResultV2>;
  /** What it puts on the queue once it has read it. */
  readonly fetch: (snapshot: string) => Promise<Pick<APIGatewayProxyStructuredResultV2, 'statusCode'>>;
  readonly deliver: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
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

/** What a function is made of when it starts: put together as its handler does it. */
export type Start = {
  readonly services: Services;
  readonly destinations: readonly string[];
  readonly api: boolean;
  /** Default: a day, so that histories see it pass. */
  readonly giveUpAfterHours?: number | undefined;
  readonly random: () => number;
};

const apiSettings = { accountId: '1', webhooks: false, reconcile: false, url: '' };

const { retentionDays, rejectedRetentionDays, variables, language } = settings;
const now = () => new Date();
const log = { info: () => {}, warn: () => {}, error: () => {} };
const metrics = { count: () => {}, flush: () => {} };

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

  fetch: ({ services: { table, sqs, queueUrl } }: Start): Handlers['fetch'] => {
    const enqueue = createEnqueue({ sqs, queueUrl, putClaimCheck: createPutClaimCheck(table, now) });
    return async (snapshot) => {
      await enqueue(snapshot, now());
      return { statusCode: 200 };
    };
  },

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
      const adapter = services.adapterOf(name, () => readSecret(`secret of ${name}`));
      const keepsContacts = adapter.upsertContacts !== undefined;
      const makesFollowUps = adapter.followUps !== undefined;
      return {
        name,
        adapter,
        plan: await createPlanner({ name }, { language, variables, keepsContacts, makesFollowUps, now }),
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
