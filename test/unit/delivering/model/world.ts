import type { Scheduler } from 'fast-check';
import { createDeliverer } from '../../../../lambda/delivering/deliverer.ts';
import { createRetryPolicy } from '../../../../lambda/delivering/retry-policy.ts';
import { readConversation } from '../../../../lambda/smartsupp/recognise.ts';
import { aTarget } from '../../../support/target.ts';
import { createAdapter, type ForgetfulCrm, type Trouble } from './forgetful-crm.ts';
import { createProcess, type Fate } from './process.ts';
import { createStores, emptyTable } from './stores.ts';

/** A copy of a chat as the hook brings it: a longer one is a newer one. */
export type Copy = { readonly chat: number; readonly words: number; readonly email: string | null };

export type Step =
  | { readonly kind: 'deliver'; readonly message: number }
  | { readonly kind: 'wait'; readonly seconds: number };

export type Script = {
  /** Each is a message on the queue. */
  readonly copies: readonly Copy[];
  /** What happens, among everything that is under way by then. */
  readonly steps: readonly Step[];
  /** How many awaits each process lives through; those beyond the list live on. */
  readonly lives: readonly number[];
  /** What goes wrong with the CRM's calls and the table's, in turn; those beyond the list go well. */
  readonly troubles: readonly Trouble[];
  readonly fates: readonly Fate[];
};

const destination = 'crm';
const functionSeconds = 60;
const graceSeconds = 2;
const begin = Date.parse('2026-05-01T08:00:00Z');

/** A queue, a table, a CRM and the processes that deliver, in memory, at the mercy of the scheduler. */
export function createWorld(scheduler: Scheduler, script: Script) {
  const table = emptyTable();
  const crm: ForgetfulCrm = { contacts: [], notes: [], tasks: [] };
  const lives = [...script.lives];
  const troubles = [...script.troubles];
  const fates = [...script.fates];
  let clock = begin;
  const now = () => new Date(clock);

  const messages = script.copies.map(({ chat, words, email }, index) => ({
    body: JSON.stringify({
      accountId: 1,
      channel: { id: chat },
      visitor: { email },
      messages: Array.from({ length: words }, () => ({ type: 'visitor', content: `copy ${index}` })),
    }),
    receivedAt: new Date(begin + index),
    visibleAt: begin,
    done: false,
  }));

  /** Hands a message to a new process. SQS may do so at any time, though it mostly waits until the message is visible. */
  const deliver = (message: (typeof messages)[number]) => {
    if (message.done) return;
    const deadline = clock + functionSeconds * 1000;
    message.visibleAt = deadline + graceSeconds * 1000;
    const process = createProcess({ scheduler, now: () => clock, deadline, awaits: lives.shift() ?? Infinity });
    const stores = createStores({ table, process, now, nextFate: () => fates.shift() ?? 'answered' });
    const adapter = createAdapter(crm, process, () => troubles.shift() ?? 'none');
    const run = createDeliverer({
      ...stores,
      open: async () => ({ ok: true, body: message.body, receivedAt: message.receivedAt }),
      isHeavy: () => false,
      read: readConversation,
      phoneOf: async () => null,
      chatsOf: async () => [],
      readBody: async () => undefined,
      enqueue: async () => {},
      keepUnreadable: async () => undefined,
      targets: aTarget(adapter, { name: destination, now }).then((target) => [target]),
      retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
      log: silent,
      metrics: { count: () => {} },
      now,
    });
    const [running] = run([message.body], new Date(deadline));
    void running?.then(
      (until) => {
        if (until === undefined) message.done = true;
        else message.visibleAt = Math.max(until.getTime(), clock + 1000);
      },
      // It comes back when its time as an invisible message is over.
      () => {},
    );
  };

  const take = async (step: Step) => {
    const message = step.kind === 'deliver' ? messages[step.message % messages.length] : undefined;
    if (message) deliver(message);
    if (step.kind === 'wait') clock += step.seconds * 1000;
  };

  return {
    crm,
    table,
    /** Plays the script; afterwards whatever is left dies no more and goes well, until the queue is empty. */
    play: async () => {
      scheduler.scheduleSequence(
        script.steps.map((step) => ({ label: JSON.stringify(step), builder: () => take(step) })),
      );
      await scheduler.waitIdle();
      for (const list of [lives, troubles, fates]) list.length = 0;
      for (let rounds = 0; messages.some(({ done }) => !done); rounds += 1) {
        if (rounds > mostRounds) throw new Error('Some deliveries never end.');
        const waiting = messages.filter(({ done }) => !done);
        clock = Math.max(clock, Math.min(...waiting.map(({ visibleAt }) => visibleAt)));
        for (const message of waiting) if (message.visibleAt <= clock) deliver(message);
        await scheduler.waitIdle();
      }
    },
    /** What became of every chat that was recorded. */
    deliveries: () =>
      [...table.headers].map(([conversationId, { contentHash }]) => ({
        conversationId,
        newest: contentHash,
        delivery: table.deliveries.get(`${conversationId} ${destination}`),
      })),
  };
}

/** More than the retries of a day, had they all to be waited for. */
const mostRounds = 500;

const silent = { info: () => {}, warn: () => {}, error: () => {} };
