import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Config } from '../../lambda/config/config.ts';
import { createBatchHandler, createDeliver } from '../../lambda/deliver/batch.ts';
import { createRetryPolicy } from '../../lambda/delivery/failures.ts';
import { createReleaseHeld, createReleaseOne } from '../../lambda/delivery/release-held.ts';
import { createIdentityOf } from '../../lambda/mapping/identity.ts';
import { createPlanner } from '../../lambda/mapping/plan.ts';
import { defaultHoldHours } from '../../lambda/mapping/settings.ts';
import { createReadSecret } from '../../lambda/platform/secrets.ts';
import { createOpenMessage, isHeavy } from '../../lambda/queue/envelope.ts';
import { createDefer, createEnqueue, createEnqueueChat, createLease } from '../../lambda/queue/queue.ts';
import { createReceiver } from '../../lambda/receive/receiver.ts';
import { readChat } from '../../lambda/smartsupp/body/body.ts';
import { validateHook } from '../../lambda/smartsupp/hook.ts';
import { createCountHeld, createMeasureBacklog, createSilentSince } from '../../lambda/store/backlog.ts';
import { createGetClaimCheck, createPutClaimCheck } from '../../lambda/store/claim-check.ts';
import { createContactLocks } from '../../lambda/store/contacts.ts';
import { createConversations } from '../../lambda/store/conversations.ts';
import { createListDue, createListHeld, createListHoldOver } from '../../lambda/store/due.ts';
import { createLedger } from '../../lambda/store/ledger.ts';
import { createIsAway, createPaces } from '../../lambda/store/pace.ts';
import { createKeepRejected } from '../../lambda/store/rejected.ts';
import { createMayBeForgotten } from '../../lambda/store/restored.ts';
import { createListSpooled, createSpool } from '../../lambda/store/spool.ts';
import { createChatsOf } from '../../lambda/store/visitors.ts';
import { createSweep } from '../../lambda/sweep/sweep.ts';
import { noFiles } from '../support/no-files.ts';
import type { Services } from './services.ts';

export type Handlers = {
  readonly receive: (body: string) => Promise<APIGatewayProxyStructuredResultV2>;
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
  readonly random: () => number;
};

const { retentionDays, rejectedRetentionDays, giveUpAfterHours, variables, language, contactFromWords } = settings;
const now = () => new Date();
const log = { info: () => {}, warn: () => {}, error: () => {} };
const metrics = { count: () => {}, flush: () => {} };
const identityOf = createIdentityOf({ variables, contactFromWords });

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

  deliver: ({ services, destinations, random }: Start): Handlers['deliver'] => {
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
      deliver: createDeliver({
        open: createOpenMessage(createGetClaimCheck(table)),
        isHeavy,
        read: readChat,
        fetchFile: noFiles,
        reportDeviations: async () => {},
        identityOf,
        keepUnreadable: createKeepRejected(table, { retentionDays: rejectedRetentionDays, dailyBytes: null, now }),
        conversations: createConversations(table, { retentionDays }),
        chatsOf: createChatsOf(table),
        ledger: createLedger(table, { retentionDays, now, random }),
        isAway: createIsAway(table, now),
        mayBeForgotten: createMayBeForgotten(table),
        contactLocks: createContactLocks(table, { retentionDays, now }),
        enqueueChat: createEnqueueChat(queue),
        destinations: Promise.all(destinations.map(ready)),
        retryPolicy: createRetryPolicy({ giveUpAfterHours, random }),
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

  sweep: ({ services: { table, sqs, queueUrl }, destinations }: Start): Handlers['sweep'] => {
    const ledger = createLedger(table, { retentionDays, now });
    const enqueueChat = createEnqueueChat({ sqs, queueUrl });
    return createSweep({
      spooled: createListSpooled(table),
      enqueue: createEnqueue({ sqs, queueUrl, putClaimCheck: createPutClaimCheck(table, now) }),
      listDue: createListDue(table, ledger, now),
      paces: createPaces(table),
      enqueueChat,
      sleep,
      listHeld: createListHeld(table),
      listHoldOver: createListHoldOver(table, { destinations, minHoldHours: defaultHoldHours, now }),
      releaseOne: createReleaseOne({ ledger, enqueueChat, now }),
      countHeld: createCountHeld(table, destinations),
      chatsOf: createChatsOf(table),
      releaseHeld: createReleaseHeld({ ledger, enqueueChat, now }),
      destinations,
      slowMs: 3_000,
      measureBacklog: createMeasureBacklog(table, destinations),
      silentSince: createSilentSince(table, now),
      timezone: 'UTC',
      metrics,
      log,
      now,
    });
  },
};
