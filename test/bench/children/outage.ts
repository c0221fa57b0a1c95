/**
 * Plays in virtual time how CRMs are away and come back while chats keep coming: the code of receive, deliver and the sweep
 * on the simulation's services. A process of its own, since time is virtual in all of it.
 */
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { useClock } from '../../simulation/builtins.ts';
import { createClock } from '../../simulation/clock.ts';
import { type Crm, createCrm } from '../../simulation/crm.ts';
import { createLambda, visibilityTimeoutMs } from '../../simulation/lambda.ts';
import { createRestApi } from '../../simulation/rest-api.ts';
import type { CrmTraits } from '../../simulation/script.ts';
import { bodyOf } from '../../simulation/smartsupp.ts';
import { createQueue } from '../../simulation/sqs.ts';
import { createRandom } from '../../support/random.ts';
import { createBusyTable } from '../support/busy-table.ts';
import { tell } from '../support/child.ts';
import { percentile } from '../support/statistics.ts';

const second = 1000;
const minute = 60 * second;
const start = Date.parse('2026-05-01T08:00:00Z');
const reserveMs = 5 * second;
/** Of any CRM that is not away. */
const steadyMinutes = 30;
const maxDrainMinutes = 24 * 60;
const maxInFlight = 120_000;
/** The default of forwarder.json. */
const giveUpAfterHours = 72;
const maxUnderWay = 100;

/** Without batches, so that each attempt is a call. */
const traits: CrmTraits = { contacts: 'none', searchLagMs: 0, batchSize: 1, parts: 1, followUps: false, tokenMs: 0 };

type Played = {
  readonly aSecond: number;
  /** How many CRMs are away at once. One more never is, and each chat goes to all of them. */
  readonly away: number;
  readonly awayMinutes: number;
  /** What one of them takes once it is back; it refuses the rest. */
  readonly takesASecond: number;
};

async function play({ aSecond, away, awayMinutes, takesASecond }: Played) {
  const clock = createClock(start);
  useClock(clock);
  const random = createRandom('outage');
  const draw = () => random.between(0, 1);
  const awayFrom = start + steadyMinutes * minute;
  const backAt = awayFrom + awayMinutes * minute;
  const postedAt = (chat: number) => start + ((chat - 1) / aSecond) * second;

  let calls = 0;
  const names = Array.from({ length: away + 1 }, (_, at) => `crm-${at}`);
  const [steadyName = '', ...awayNames] = names;
  const steady = createCrm(steadyName, traits, clock.now);
  const returning = awayNames.map((name) => {
    const crm = createCrm(name, traits, clock.now);
    return limited(crm, clock.now, takesASecond, () => {
      calls += 1;
    });
  });
  const faults = awayNames.map(
    (service) =>
      ({ service, kind: 'refused', only: '', from: awayFrom, lasts: awayMinutes * minute, percent: 101 }) as const,
  );
  const surroundings = {
    clock,
    start,
    draw,
    faults,
    isDeadly: () => false,
    actor: { name: '' },
    count: (what: string) => {
      if (what === 'CRM: refused') calls += 1;
    },
    trace: undefined,
  };
  const { dynamo, units, pendingOf } = createBusyTable(clock.now);
  const { dynamo: erasures } = createBusyTable(clock.now);
  const queueTraits = { now: clock.now, draw, visibilityTimeoutMs, maxInFlight };
  const deadLetters = createQueue({ ...queueTraits, name: 'dead-letter', maxReceiveCount: 1e9 });
  const traffic = { sent: 0, received: 0, batches: 0, functionSeconds: 0 };
  let highest = 0;
  const real = createQueue({
    ...queueTraits,
    name: 'message',
    maxReceiveCount: 50,
    deadLetters,
    onVisible: (at) => lambda.pollChatsBy(at),
  });
  const queue: typeof real = {
    ...real,
    send: (body) => {
      traffic.sent += 1;
      return real.send(body);
    },
    receive: (...limits) => {
      const messages = real.receive(...limits);
      traffic.received += messages.length;
      if (messages.length > 0) traffic.batches += 1;
      highest = Math.max(highest, real.inFlight());
      return messages;
    },
  };
  const nobody = {
    fetchQueue: createQueue({ ...queueTraits, name: 'request', maxReceiveCount: 1 }),
    restApi: createRestApi(clock.now),
  };
  const outside = { dynamo, erasures, queue, deadLetters, ...nobody, crms: [steady, ...returning] };
  const stack = {
    api: false,
    concurrency: 7,
    batchSize: 100,
    maxReceiveCount: 50,
    indexLagMs: 0,
    maxInFlight,
    giveUpAfterHours,
  };
  const lambda = createLambda(surroundings, outside, stack, () => names);

  let chats = 0;
  let isPosting = true;
  const post = (): void => {
    if (!isPosting) return;
    chats += 1;
    const email = `v${chats}@example.com`;
    const hook = {
      source: 'hook',
      at: 0,
      chat: chats,
      messages: 1,
      email,
      phone: null,
      rating: null,
      times: 1,
    } as const;
    void lambda.functions.receive((receive) => receive(bodyOf({ ...hook, outcome: 'answered', trait: 'plain' })));
    clock.at(postedAt(chats + 1), post);
  };
  post();
  const each = (ms: number, act: () => void, after = ms): void =>
    clock.at(clock.now() + after, () => {
      act();
      each(ms, act);
    });
  each(minute, () => {
    void lambda.functions.sweep((sweep, { deadline }) => sweep(new Date(deadline - reserveMs)));
  });
  each(
    second,
    () => {
      traffic.functionSeconds += lambda.running();
    },
    draw() * second,
  );

  const usage = () => ({ chats, ...units(), ...traffic });
  await clock.run(() => clock.now() >= awayFrom);
  const before = usage();
  const taken = () => returning.reduce((sum, { notes }) => sum + notes.size, 0);
  const callsBefore = calls;
  await clock.run(() => clock.now() >= backAt);
  const waited = away * awayMinutes * 60 * aSecond;
  const giveUpAt = backAt + maxDrainMinutes * minute;
  // Some are always on their way. What was given up is not pending, and is counted as left.
  const isDrained = () => awayNames.every((name) => pendingOf(name) < maxUnderWay);
  await clock.run(() => isDrained() || clock.now() > giveUpAt);
  const drainedAt = clock.now();
  isPosting = false;
  const isDone = () => queue.messages.size === 0 && names.every((name) => pendingOf(name) === 0);
  await clock.run(() => isDone() || clock.now() > giveUpAt);
  const after = usage();
  /** Beyond what as many chats take if no CRM is away. */
  const more = (what: keyof typeof after) => after[what] - before[what] * (after.chats / before.chats);

  const delaysOf = (from: number, until: number) => {
    const all = [...steady.notes.values()].flatMap(({ chat, foundFrom }) => {
      const at = postedAt(numberOf(chat));
      return at >= from && at < until ? [foundFrom - at] : [];
    });
    return [percentile(all, 0.5), percentile(all, 0.99)];
  };
  return {
    waited: [waited],
    left: [chats * names.length - steady.notes.size - taken()],
    maxInFlight: [highest],
    callsAChat: [(calls - callsBefore) / (away * (chats - before.chats))],
    drainMinutes: [(drainedAt - backAt) / minute],
    write: [more('write')],
    read: [more('read')],
    sent: [more('sent')],
    received: [more('received')],
    batches: [more('batches')],
    functionSeconds: [more('functionSeconds')],
    delaysBefore: delaysOf(start, awayFrom),
    delaysAway: delaysOf(awayFrom, backAt),
    delaysBack: delaysOf(backAt, drainedAt),
  };
}

const numberOf = (chat: string) => Number(chat.split(':')[1]);

/** As vendors limit calls: so many in each second. */
function limited(crm: Crm, now: () => number, aSecond: number, asked: () => void): Crm {
  let current = 0;
  let taken = 0;
  return {
    ...crm,
    createNote: (chat, contactId, body) => {
      asked();
      const its = Math.floor(now() / second);
      taken = its === current ? taken + 1 : 1;
      current = its;
      if (taken > aSecond) throw new CrmError('Too many calls.', { kind: 'retryable', retryAfterMs: second });
      return crm.createNote(chat, contactId, body);
    },
  };
}

const [aSecond = 1, away = 1, awayMinutes = 1, takesASecond = 1] = process.argv.slice(2).map(Number);
const numbers = await play({ aSecond, away, awayMinutes, takesASecond });
useClock(undefined);
tell(numbers);
