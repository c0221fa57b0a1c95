import type { Scheduler } from 'fast-check';
import { contentHash } from '../../../../lambda/conversation/revision.ts';
import { readConversation } from '../../../../lambda/smartsupp/to-conversation.ts';
import { emptyCrm, type ForgetfulCrm } from './forgetful-crm.ts';
import { createProcesses } from './processes.ts';
import { createQueue, type Message } from './queue.ts';
import type { Script, Step } from './script.ts';
import { createTable, deliveryIn } from './stores.ts';

const begin = Date.parse('2026-05-01T08:00:00Z');
const second = 1000;
const minute = 60 * second;
/** A long wait is lived through minute by minute for so long, since the sweep looks back at so much. */
const sweptMinutes = 16;
/** More than the retries of a day, if all of them had to be waited for. */
const maxRounds = 500;

/** A queue, a table, three CRMs and the processes at work, in memory, at the mercy of the scheduler. */
export function createWorld(scheduler: Scheduler, script: Script) {
  let clock = begin;
  const now = () => new Date(clock);
  const lags = [...script.lags];
  const table = createTable(now, () => (lags.shift() ?? 1) * second);
  const queue = createQueue(() => clock);
  const crms: Readonly<Record<string, ForgetfulCrm>> = {
    'one by one': emptyCrm(),
    'in batches': emptyCrm(),
    'keeps addresses unique': emptyCrm(),
  };
  const { deliver, sweep, calmDown } = createProcesses({ scheduler, script, table, queue, crms, now });

  for (const [index, { chat, visitor, words, email, isHeavy }] of script.copies.entries()) {
    const messages = Array.from({ length: words }, () => ({ type: 'visitor', content: `copy ${index}` }));
    const hook = { accountId: 1, channel: { id: chat }, visitor: { id: visitor, email }, messages };
    queue.put({ kind: 'hook', body: JSON.stringify(hook), receivedAt: new Date(begin + index) }, isHeavy);
  }

  const moment = (what: string) => scheduler.schedule(Promise.resolve(), what);
  let sweptAt = begin;
  /** Sweeps if a minute is over. True once that sweep has ended, or has died. */
  const sweepIfDue = (): (() => boolean) => {
    if (Math.floor(clock / minute) === Math.floor(sweptAt / minute)) return () => true;
    sweptAt = clock;
    return sweep();
  };
  const wait = async (seconds: number) => {
    const until = clock + seconds * second;
    for (let minutes = 0; minutes < sweptMinutes && clock + minute < until; minutes += 1) {
      clock += minute;
      for (const isOver = sweepIfDue(); !isOver(); ) await moment('the sweep goes on');
    }
    clock = until;
    sweepIfDue();
  };

  /** Whether every delivery that a message is for is known to the ledger, and so to the sweep. */
  const isExpendable = ({ content }: Message) => {
    if (content.kind === 'chat') return true;
    const conversation = readConversation(content.body);
    // One that identifies its visitor has held chats to release, which no ledger knows of.
    if (conversation === undefined || conversation.visitor.email !== null) return false;
    const stored = table.chats.get(conversation.id);
    if (stored?.body !== content.body) return false;
    return Object.keys(crms).every(
      (name) => deliveryIn(table, conversation.id, name)?.contentHash === contentHash(stored.conversation),
    );
  };

  const take = async (step: Step) => {
    if (step.kind === 'wait') return wait(step.seconds);
    if (step.kind === 'redeliver') {
      return deliver(
        queue.visible().filter(({ content, receivedAt }) => content.kind === 'chat' || receivedAt !== undefined),
      );
    }
    if (step.kind === 'deliver') {
      const messages = new Set(step.messages.map((index) => queue.at(index)));
      return deliver([...messages].flatMap((message) => (message === undefined || message.isDone ? [] : message)));
    }
    const message = queue.at(step.message);
    if (message !== undefined && isExpendable(message)) message.isDone = true;
  };

  const follow = async () => {
    for (const step of script.steps) {
      await moment(JSON.stringify(step));
      await take(step);
    }
  };

  const isSettled = () => {
    const isPending = [...table.deliveries.values()].some(({ delivery }) => delivery.state === 'pending');
    const caughtUpAt = Math.max(table.listing.caughtUpAt(), table.byVisitor.caughtUpAt());
    return queue.left().length === 0 && !isPending && sweptAt > caughtUpAt;
  };
  const settle = async () => {
    for (let rounds = 0; !isSettled(); rounds += 1) {
      if (rounds > maxRounds) throw new Error('Some deliveries never end.');
      const nextMinute = (Math.floor(clock / minute) + 1) * minute;
      clock = Math.max(clock, Math.min(nextMinute, ...queue.left().map(({ visibleAt }) => visibleAt)));
      sweepIfDue();
      deliver(queue.visible());
      await scheduler.waitIdle();
    }
  };

  return {
    crms,
    queue,
    /** Plays the script; afterwards all goes well, until queue and ledger have nothing left to do and the indexes are up to date. */
    play: async () => {
      void follow();
      await scheduler.waitIdle();
      calmDown();
      await settle();
    },
    /** What became of every chat that was saved, at a destination. */
    deliveriesAt: (destination: string) =>
      [...table.chats].map(([conversationId, { conversation }]) => ({
        conversationId,
        newest: contentHash(conversation),
        delivery: deliveryIn(table, conversationId, destination),
      })),
    /** Whether a chat of the same visitor identifies them. */
    isKnown: (conversationId: string) => {
      const visitors = new Map(
        [...table.chats.values()].map(({ conversation }) => [conversation.id, conversation.visitor]),
      );
      const visitorId = visitors.get(conversationId)?.id;
      return [...visitors.values()].some(({ id, email }) => id === visitorId && email !== null);
    },
  };
}
