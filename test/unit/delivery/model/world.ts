import { randomUUID } from 'node:crypto';
import type { Scheduler } from 'fast-check';
import { createDeliverer } from '../../../../lambda/delivering/deliverer.ts';
import { createRetryPolicy } from '../../../../lambda/delivering/retry-policy.ts';
import { readConversation } from '../../../../lambda/smartsupp/recognise.ts';
import { listing } from '../../../../lambda/store/ledger.ts';
import { aTarget } from '../../../support/target.ts';
import { createAdapter, emptyCrm, type ForgetfulCrm, type Trouble } from './forgetful-crm.ts';
import { createProcess, type Fate } from './process.ts';
import { createStores, deliveryKey, emptyTable } from './stores.ts';

/** A copy of a chat as the hook brings it: a longer one is a newer one. */
export type Copy = {
  readonly chat: number;
  readonly visitor: number;
  readonly words: number;
  readonly email: string | null;
  readonly isHeavy: boolean;
};

export type Step =
  /** These messages, in one batch. */
  | { readonly kind: 'deliver'; readonly messages: readonly number[] }
  | { readonly kind: 'wait'; readonly seconds: number };

export type Script = {
  /** Each is a message on the queue. */
  readonly copies: readonly Copy[];
  /** What happens, among everything that is under way by then. */
  readonly steps: readonly Step[];
  /** How many awaits each process lives through; those beyond the list live on. */
  readonly lives: readonly number[];
  /** At which of its awaits each process stands still for a while. */
  readonly stalls: readonly number[];
  /** What goes wrong with the CRMs' calls and the table's, in turn; those beyond the list go well. */
  readonly troubles: readonly Trouble[];
  readonly fates: readonly Fate[];
};

type Message = {
  readonly body: string;
  readonly receivedAt: Date;
  readonly isHeavy: boolean;
  readonly destinations?: readonly string[];
  wasHandedOut: boolean;
  visibleAt: number;
  done: boolean;
};

const functionSeconds = 60;
const graceSeconds = 2;
const begin = Date.parse('2026-05-01T08:00:00Z');

/** A queue, a table, three CRMs and the processes that deliver, in memory, at the mercy of the scheduler. */
export function createWorld(scheduler: Scheduler, script: Script) {
  const table = emptyTable();
  const crms: Readonly<Record<string, ForgetfulCrm>> = {
    'one by one': emptyCrm(),
    'in batches': emptyCrm(),
    'keeps addresses unique': emptyCrm(),
  };
  const lives = [...script.lives];
  const stalls = [...script.stalls];
  const troubles = [...script.troubles];
  const fates = [...script.fates];
  let clock = begin;
  const now = () => new Date(clock);

  const put = (message: Omit<Message, 'wasHandedOut' | 'visibleAt' | 'done'>) => {
    messages.push({ ...message, wasHandedOut: false, visibleAt: clock, done: false });
  };
  const messages: Message[] = [];
  for (const [index, { chat, visitor, words, email, isHeavy }] of script.copies.entries()) {
    const said = Array.from({ length: words }, () => ({ type: 'visitor', content: `copy ${index}` }));
    const hook = { accountId: 1, channel: { id: chat }, visitor: { id: visitor, email }, messages: said };
    put({ body: JSON.stringify(hook), receivedAt: new Date(begin + index), isHeavy });
  }

  /** Hands messages to a new process. SQS may do so at any time, though it mostly waits until they are visible. */
  const deliver = (given: readonly Message[]) => {
    const batch = given.filter(({ done }) => !done);
    if (batch.length === 0) return;
    const deadline = clock + functionSeconds * 1000;
    const process = createProcess({
      scheduler,
      now: () => clock,
      deadline,
      awaits: lives.shift() ?? Infinity,
      stallsAt: stalls.shift(),
    });
    const stores = createStores({ table, process, now, nextFate: () => fates.shift() ?? 'answered' });
    const nextTrouble = () => troubles.shift() ?? 'none';
    const messageOf = (handle: string) => batch[Number(handle)] ?? Promise.reject(new Error('no such message'));
    const run = createDeliverer({
      newId: randomUUID,
      ...stores,
      open: async (handle) => ({ ok: true, ...(await messageOf(handle)) }),
      isHeavy: (handle) => batch[Number(handle)]?.isHeavy === true,
      read: readConversation,
      phoneOf: async () => null,
      enqueue: (body, receivedAt, destinations) =>
        process.ask('enqueue', () => put({ body, receivedAt, destinations, isHeavy: false })),
      keepUnreadable: async () => undefined,
      targets: Promise.all(
        Object.entries(crms).map(([name, crm]) => {
          const inBatches = name === 'in batches';
          const keepsEmailsUnique = name === 'keeps addresses unique';
          const adapter = createAdapter({ crm, process, nextTrouble, inBatches, keepsEmailsUnique });
          return aTarget(adapter, { name, now });
        }),
      ),
      retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
      log: silent,
      metrics: { count: () => {} },
      now,
    });
    const handed = batch.map(({ wasHandedOut }, index) => ({ text: String(index), isAgain: wasHandedOut }));
    for (const message of batch) message.wasHandedOut = true;
    for (const [index, running] of run(handed, new Date(deadline)).entries()) {
      const message = batch[index];
      if (message === undefined) throw new Error('A message too many was handled.');
      message.visibleAt = deadline + graceSeconds * 1000;
      void running.then(
        (until) => {
          if (until === undefined) message.done = true;
          else message.visibleAt = Math.max(until.getTime(), clock + 1000);
        },
        // It comes back when its time as an invisible message is over.
        () => {},
      );
    }
  };

  const take = async (step: Step) => {
    if (step.kind === 'wait') clock += step.seconds * 1000;
    else deliver([...new Set(step.messages)].flatMap((at) => messages[at % messages.length] ?? []));
  };

  /** Puts back what is listed as pending, as the sweep does for what nobody has come for. */
  const sweep = () => {
    for (const [id, { body, receivedAt }] of table.headers) {
      for (const name of Object.keys(crms)) {
        const delivery = table.deliveries.get(deliveryKey(id, name));
        const isListed = delivery !== undefined && listing(delivery).listed === 'pending';
        if (isListed) put({ body, receivedAt, destinations: [name], isHeavy: false });
      }
    }
  };

  const emptyQueue = async () => {
    for (let rounds = 0; messages.some(({ done }) => !done); rounds += 1) {
      if (rounds > mostRounds) throw new Error('Some deliveries never end.');
      const waiting = messages.filter(({ done }) => !done);
      clock = Math.max(clock, Math.min(...waiting.map(({ visibleAt }) => visibleAt)));
      deliver(waiting.filter(({ visibleAt }) => visibleAt <= clock));
      await scheduler.waitIdle();
    }
  };

  return {
    crms,
    table,
    /** Plays the script; afterwards whatever is left dies no more and goes well, until queue and sweep find nothing. */
    play: async () => {
      scheduler.scheduleSequence(
        script.steps.map((step) => ({ label: JSON.stringify(step), builder: () => take(step) })),
      );
      await scheduler.waitIdle();
      for (const list of [lives, stalls, troubles, fates]) list.length = 0;
      await emptyQueue();
      sweep();
      await emptyQueue();
    },
    /** What became of every chat that was recorded, at a destination. */
    deliveriesAt: (destination: string) =>
      [...table.headers].map(([conversationId, { contentHash }]) => ({
        conversationId,
        newest: contentHash,
        delivery: table.deliveries.get(deliveryKey(conversationId, destination)),
      })),
    /** Whether a chat of the same visitor tells who it is. */
    isKnown: (conversationId: string) => {
      const visitors = new Map([...table.headers].map(([id, { body }]) => [id, readConversation(body)?.visitor]));
      const visitorId = visitors.get(conversationId)?.id;
      return [...visitors.values()].some((visitor) => visitor?.id === visitorId && visitor?.email !== null);
    },
  };
}

/** More than the retries of a day, had they all to be waited for. */
const mostRounds = 500;

const silent = { info: () => {}, warn: () => {}, error: () => {} };
