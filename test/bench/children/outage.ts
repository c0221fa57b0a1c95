/**
 * Plays in virtual time how one of two CRMs is away for some minutes: the code of receive, deliver and the sweep on the simulation's
 * services. A process of its own, since time is virtual in all of it.
 */
import { useClock } from '../../simulation/builtins.ts';
import { createClock } from '../../simulation/clock.ts';
import { createCrm } from '../../simulation/crm.ts';
import { createLambda, visibilityTimeoutMs } from '../../simulation/lambda.ts';
import type { CrmTraits } from '../../simulation/script.ts';
import { bodyOf } from '../../simulation/smartsupp.ts';
import { createQueue } from '../../simulation/sqs.ts';
import { createBusyTable } from '../support/busy-table.ts';
import { tell } from '../support/child.ts';

const second = 1000;
const minute = 60 * second;
const start = Date.parse('2026-05-01T08:00:00Z');
const reserveMs = 15 * second;

/** Without batches, so that each attempt is a call. */
const traits: CrmTraits = { contacts: 'none', searchLagMs: 0, batchSize: 1, parts: 1, followUps: false, tokenMs: 0 };

type Played = {
  /** How long chats come. */
  readonly minutes: number;
  readonly aSecond: number;
  /** From the first chat on. */
  readonly awayMinutes: number;
};

async function play({ minutes, aSecond, awayMinutes }: Played) {
  const clock = createClock(start);
  useClock(clock);
  const draw = () => 0.5;
  const endsAt = start + minutes * minute;
  let calls = 0;
  /** In the last ten minutes that it is away. */
  let lastCalls = 0;
  const count = (what: string) => {
    if (what !== 'CRM: refused') return;
    calls += 1;
    if (clock.now() > endsAt - 10 * minute) lastCalls += 1;
  };
  const isAway = {
    service: 'crm-0',
    kind: 'refused',
    only: '',
    from: start,
    lasts: awayMinutes * minute,
    percent: 101,
  } as const;
  const surroundings = {
    clock,
    start,
    draw,
    faults: [isAway],
    isDeadly: () => false,
    actor: { name: '' },
    count,
    trace: undefined,
  };
  const crms = [createCrm('crm-0', traits, clock.now), createCrm('crm-1', traits, clock.now)];
  const { dynamo, units, pendingOf } = createBusyTable(clock.now);
  const { dynamo: erasures } = createBusyTable(clock.now);
  const queueTraits = { now: clock.now, draw, visibilityTimeoutMs, maxInFlight: 120_000 };
  const deadLetters = createQueue({ ...queueTraits, name: 'dead-letter', maxReceiveCount: 1e9 });
  const queue = createQueue({
    ...queueTraits,
    name: 'message',
    maxReceiveCount: 50,
    deadLetters,
    onVisible: (at) => lambda.pollBy(at),
  });
  const outside = { dynamo, erasures, queue, deadLetters, crms };
  const stack = {
    api: false,
    concurrency: 5,
    batchSize: 100,
    maxReceiveCount: 50,
    indexLagMs: 0,
    maxInFlight: 120_000,
  };
  const lambda = createLambda(surroundings, outside, stack, () => ['crm-0', 'crm-1']);

  const chats = minutes * 60 * aSecond;
  const postedAt = (chat: number) => start + ((chat - 1) / aSecond) * second;
  const post = (chat: number): void => {
    if (chat > chats) return;
    clock.at(postedAt(chat), () => {
      const email = `v${chat}@example.com`;
      const hook = { source: 'hook', at: 0, chat, messages: 1, email, phone: null, rating: null, times: 1 } as const;
      void lambda.invoke('receive', ({ receive }) => receive(bodyOf({ ...hook, outcome: 'answered', trait: 'plain' })));
      post(chat + 1);
    });
  };
  post(1);
  const sweepEachMinute = (): void => {
    clock.at(clock.now() + minute, () => {
      void lambda.invoke('sweep', ({ sweep }, { deadline }) => sweep(new Date(deadline - reserveMs)));
      sweepEachMinute();
    });
  };
  sweepEachMinute();
  let maxInFlight = 0;
  let maxOnQueue = 0;
  const look = (): void => {
    clock.at(clock.now() + second, () => {
      maxInFlight = Math.max(maxInFlight, queue.inFlight());
      maxOnQueue = Math.max(maxOnQueue, queue.messages.size);
      look();
    });
  };
  look();
  const isDrained = () => clock.now() > endsAt && pendingOf('crm-0') === 0 && queue.messages.size === 0;
  await clock.run(() => isDrained() || clock.now() > endsAt + 12 * 60 * minute);

  const otherDelaysMs = [...(crms[1]?.notes.values() ?? [])].map(
    ({ chat, foundFrom }) => foundFrom - postedAt(Number(chat.split(':')[1])),
  );
  const { write, read } = units();
  return {
    chats: [chats],
    maxInFlight: [maxInFlight],
    maxOnQueue: [maxOnQueue],
    calls: [calls],
    retriesAMinute: [lastCalls / 10 - aSecond * 60],
    writeUnits: [write],
    readUnits: [read],
    drainMinutes: [(clock.now() - endsAt) / minute],
    left: [chats - (crms[0]?.notes.size ?? 0)],
    otherDelaysMs,
  };
}

const [minutes = 1, aSecond = 1, awayMinutes = 1] = process.argv.slice(2).map(Number);
const numbers = await play({ minutes, aSecond, awayMinutes });
useClock(undefined);
tell(numbers);
