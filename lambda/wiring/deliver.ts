import type { Config } from '../config/config.ts';
import { createDeliver, type DeliverDependencies } from '../deliver/batch.ts';
import { createFindChat, createStoredBeginnings } from '../deliver/find-chat.ts';
import { createRetryPolicy } from '../delivery/failures.ts';
import { createIdentityOf } from '../mapping/identity.ts';
import { createOpenMessage, isHeavy } from '../queue/envelope.ts';
import { readChat, readSources } from '../smartsupp/body.ts';
import { createReportDeviations } from '../smartsupp/deviations.ts';
import { createBeginnings } from '../store/beginnings.ts';
import { createContactLocks } from '../store/contacts.ts';
import { createConversations } from '../store/conversations.ts';
import { createCountDeviation } from '../store/deviations.ts';
import { createGetClaimCheck } from '../store/large-bodies.ts';
import { createLedger } from '../store/ledger.ts';
import { createIsStopped } from '../store/pace.ts';
import { createKeepRejected } from '../store/rejected.ts';
import { createMayBeForgotten } from '../store/restored.ts';
import type { Table } from '../store/table.ts';
import { createChatsOf, createReceivedBetween } from '../store/visitors.ts';

export type DeliverParts = Pick<
  DeliverDependencies,
  'destinations' | 'fetchFile' | 'enqueueChat' | 'log' | 'metrics' | 'now'
> & {
  readonly table: Table;
  readonly config: Pick<
    Config,
    | 'retentionDays'
    | 'rejectedRetentionDays'
    | 'giveUpAfterHours'
    | 'variables'
    | 'contactFromWords'
    | 'phoneRegion'
    | 'platform'
    | 'api'
  >;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Between tries to write a delivery. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

/** Deliver on a table and a configuration: what its handler and the simulation have in common. */
export function wireDeliver({ table, config, random, sleep, ...parts }: DeliverParts) {
  const { log, metrics, now } = parts;
  const { retentionDays, rejectedRetentionDays, giveUpAfterHours, platform } = config;
  const conversations = createConversations(table, { retentionDays });
  const identityOf = createIdentityOf(config);
  const beginnings = createBeginnings(table, { retentionDays });
  const storedBeginnings = createStoredBeginnings({
    receivedBetween: createReceivedBetween(table),
    load: conversations.load,
    readSources: (body) => readSources(body, platform),
    identityOf,
  });
  const findChat = createFindChat({ beginnings, storedBeginnings, log });
  return createDeliver({
    ...parts,
    open: createOpenMessage(createGetClaimCheck(table)),
    isHeavy,
    read: (body) => readChat(body, platform),
    reportDeviations: createReportDeviations({ countDeviation: createCountDeviation(table, now), log, metrics }),
    identityOf,
    // It was acknowledged, so it must be kept, however large.
    keepUnreadable: createKeepRejected(table, { retentionDays: rejectedRetentionDays, dailyBytes: null, now }),
    conversations,
    bothSources: config.api && { findChat, forget: beginnings.forget },
    chatsOf: createChatsOf(table),
    ledger: createLedger(table, { retentionDays, now, random, sleep }),
    isStopped: createIsStopped(table, now),
    mayBeForgotten: createMayBeForgotten(table),
    contactLocks: createContactLocks(table, { retentionDays, now }),
    retryPolicy: createRetryPolicy({ giveUpAfterHours, random }),
  });
}
