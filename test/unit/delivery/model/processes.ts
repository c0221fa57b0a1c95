import type { Scheduler } from 'fast-check';
import { createDeliver } from '../../../../lambda/deliver/deliver.ts';
import type { EnqueueChat } from '../../../../lambda/delivery/ports.ts';
import { createReleaseHeld, createReleaseOne } from '../../../../lambda/delivery/release-held.ts';
import { createRetryPolicy } from '../../../../lambda/delivery/retry-policy.ts';
import { readChat } from '../../../../lambda/smartsupp/to-conversation.ts';
import { createSweep } from '../../../../lambda/sweep/sweep.ts';
import { identityOf } from '../../../fixtures/identity.ts';
import { aDestination } from '../../../support/destination.ts';
import { createAdapter, type ForgetfulCrm } from './forgetful-crm.ts';
import { createProcess, type Process } from './process.ts';
import type { createQueue, Message } from './queue.ts';
import type { Script } from './script.ts';
import { createStores, type Table } from './stores.ts';

type World = {
  readonly scheduler: Scheduler;
  readonly script: Script;
  readonly table: Table;
  readonly queue: ReturnType<typeof createQueue>;
  readonly crms: Readonly<Record<string, ForgetfulCrm>>;
  readonly now: () => Date;
};

const functionMs = 60_000;
const graceMs = 2_000;
/** A store that did not answer is asked again then. */
const storeRetryMs = 10_000;

/** Starts processes that deliver and that sweep, with what the script has in store for each. */
export function createProcesses({ scheduler, script, table, queue, crms, now }: World) {
  const lives = [...script.lives];
  const sweepLives = [...script.sweepLives];
  const stalls = [...script.stalls];
  const troubles = [...script.troubles];
  const fates = [...script.fates];
  const nextTrouble = () => troubles.shift() ?? 'none';

  const begin = (awaits: number, stallsAt?: number) => {
    const deadline = new Date(now().getTime() + functionMs);
    const time = () => now().getTime();
    return {
      deadline,
      process: createProcess({ scheduler, now: time, deadline: time() + functionMs, awaits, stallsAt }),
    };
  };
  const enqueueWith =
    (process: Process): EnqueueChat =>
    (conversationId, destinations) =>
      process.ask('enqueue', () => queue.put({ kind: 'chat', conversationId, destinations }));

  return {
    /** Hands these messages to a new process, as SQS and Lambda do. */
    deliver: (batch: readonly Message[]) => {
      if (batch.length === 0) return;
      const { process, deadline } = begin(lives.shift() ?? Infinity, stalls.shift());
      const messageOf = (handle: string) => batch[Number(handle)];
      const run = createDeliver({
        ...createStores({ table, process, now, nextFate: () => fates.shift() ?? 'answered' }),
        open: async (handle) => messageOf(handle)?.content ?? Promise.reject(new Error('There is no such message.')),
        isHeavy: (handle) => messageOf(handle)?.isHeavy === true,
        read: readChat,
        reportDeviations: async () => {},
        identityOf,
        enqueueChat: enqueueWith(process),
        keepUnreadable: async () => undefined,
        destinations: Promise.all(
          Object.entries(crms).map(([name, crm]) => {
            const inBatches = name === 'in batches';
            const keepsEmailsUnique = name === 'keeps addresses unique';
            const adapter = createAdapter({ crm, process, nextTrouble, inBatches, keepsEmailsUnique });
            return aDestination(adapter, { name, now });
          }),
        ),
        retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
        log: silent,
        metrics: { count: () => {} },
        now,
      });
      const visits = run(
        batch.map((_, handle) => String(handle)),
        deadline,
      );
      for (const [at, message] of batch.entries()) {
        message.receivedAt ??= now().getTime();
        message.visibleAt = deadline.getTime() + graceMs;
        visits[at]?.then(
          (redelivery) => {
            if (redelivery === undefined) message.isDone = true;
            else message.visibleAt = Math.max(redelivery.at.getTime(), now().getTime() + 1000);
          },
          () => {
            message.visibleAt = now().getTime() + storeRetryMs;
          },
        );
      }
    },
    /** Runs the sweep in a new process; says whether that has come to an end. */
    sweep: () => {
      const { process } = begin(sweepLives.shift() ?? Infinity);
      const stores = createStores({ table, process, now, nextFate: () => 'answered' });
      const enqueueChat = enqueueWith(process);
      const run = createSweep({
        ...stores,
        spooled: async () => [],
        enqueue: () => Promise.reject(new Error('No hook waits here.')),
        enqueueChat,
        releaseHeld: createReleaseHeld({ ...stores, enqueueChat, now }),
        releaseOne: createReleaseOne({ ...stores, enqueueChat, now }),
        destinations: Object.keys(crms),
        measureBacklog: async () => ({ parked: 0, pending: 0, pendingSince: undefined }),
        countHeld: async () => 0,
        lastReceivedAt: async () => undefined,
        timezone: 'UTC',
        metrics: { count: () => {}, flush: () => {} },
        log: silent,
        now,
      });
      let hasEnded = false;
      void run(new Date(now().getTime() + 45_000)).finally(() => {
        hasEnded = true;
      });
      return () => hasEnded || !process.isAlive();
    },
    /** From now on nothing dies, stands still or fails. */
    calmDown: () => {
      for (const list of [lives, sweepLives, stalls, troubles, fates]) list.length = 0;
    },
  };
}

const silent = { info: () => {}, warn: () => {}, error: () => {} };
