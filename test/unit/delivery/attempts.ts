import type { MappingSettings } from '../../../lambda/config/config.ts';
import { attempt, type Job } from '../../../lambda/delivery/attempt.ts';
import { createSharedCrm, type FetchFile } from '../../../lambda/delivery/crm.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { createRetryPolicy } from '../../../lambda/delivery/failures.ts';
import { acquireLease } from '../../../lambda/delivery/lease.ts';
import type { ContactLocks } from '../../../lambda/delivery/ports.ts';
import { aConversation, aMessage } from '../../fixtures/conversation.ts';
import { identityOf } from '../../fixtures/identity.ts';
import { now } from '../../support/a-delivery.ts';
import { aDestination } from '../../support/destination.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { noFiles } from '../../support/no-files.ts';

export const deadline = new Date(now.getTime() + 60_000);

/** A chat in which nobody answered, so that there is a follow-up. */
export const missed = (email: string | null = 'eva@example.com', words = 1, id: string | null = '7') =>
  aConversation({
    outcome: 'missed',
    visitor: { email, id },
    messages: Array.from({ length: words }, () => aMessage()),
  });

type Options = {
  readonly fetchFile?: FetchFile;
  readonly identity?: Partial<Job['identity']>;
  readonly after?: Delivery;
  readonly settings?: Omit<MappingSettings, 'name'>;
  readonly contactLocks?: ContactLocks;
};

const freeLocks: ContactLocks = {
  acquire: async () => ({ kind: 'acquired', contactId: undefined }),
  release: async () => {},
};

/** A CRM in memory, and attempts to bring chats to it. */
export function createAttempts(crm = createMemoryCrm()) {
  return {
    crm,
    /** A call of this name fails once, before it has an effect or after. */
    failOnce: (name: string, when: 'before' | 'after', error: Error) => {
      let hasFailed = false;
      crm.disturb((call, moment) => {
        if (call !== name || moment !== when || hasFailed) return;
        hasFailed = true;
        throw error;
      });
    },
    /** Attempts this chat, which its number of words tells from other copies, after what an earlier attempt came to. */
    attemptIt: async (
      conversation = missed(),
      { identity = {}, after, settings = {}, contactLocks, fetchFile = noFiles }: Options = {},
    ) => {
      const contentHash = `${conversation.messages.length} words`;
      const wanted = {
        destination: 'crm',
        contentHash,
        revision: contentHash,
        person: { email: null, phone: null },
        leaseUntil: deadline,
        isIsolated: true,
      };
      const lease = acquireLease(after && { ...after, nextAttemptAt: null }, { ...wanted, now });
      if (lease.kind !== 'acquired') throw new Error(`The lease is ${lease.kind}.`);
      const { plan } = await aDestination(crm.adapter, { now: () => now, settings });
      return attempt(
        lease.delivery,
        {
          conversation,
          contentHash,
          receivedAt: now,
          identity: { ...(await identityOf(conversation)), ...identity },
          deadline,
        },
        {
          crm: createSharedCrm(crm.adapter, { participants: 1, deadline, fetchFile, now: () => now }).crm,
          plan,
          contactLocks: contactLocks ?? freeLocks,
          retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
          now: () => now,
        },
      );
    },
  };
}
