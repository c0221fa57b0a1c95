import type { Delivery } from '../../lambda/delivery/delivery.ts';
import { heldForATime, heldLists } from '../../lambda/store/lists.ts';
import type { Item } from '../../lambda/store/table.ts';
import { useClock } from './builtins.ts';
import { createClock, createDraw } from './clock.ts';
import { createCrm } from './crm.ts';
import { forbidden } from './delivery-rules.ts';
import { createDynamoDb } from './dynamodb.ts';
import type { Evidence } from './evidence.ts';
import { createLambda, visibilityTimeoutMs } from './lambda.ts';
import { createOperators } from './operators.ts';
import type { Posted } from './posted.ts';
import type { Surroundings } from './process.ts';
import { createRestApi } from './rest-api.ts';
import { mayFail, type Post, type Script } from './script.ts';
import { createSecondSource } from './second-source.ts';
import { bodyOf, chatId } from './smartsupp.ts';
import { createQueue } from './sqs.ts';
import { isPending, stepOf } from './transitions.ts';

const start = Date.parse('2026-05-01T08:00:00Z');
const second = 1000;
const minute = 60 * second;
/** What the sweep's handler leaves for its end. */
const reserveMs = 5 * second;
const heldLatelyMs = 15 * minute;
/** Within this everything must have ended, once nothing fails any more: an operator's delay, a hold after it, and what comes before and after. */
const maxCalmMs = 90 * minute;
/** Reconcile looks for late ratings once a day, and fetch is an hour behind at most. */
const maxApiCalmMs = 30 * 60 * minute;

/** All that a history came to. */
export type World = Evidence & {
  readonly counts: ReadonlyMap<string, number>;
  readonly elapsedMs: () => number;
};

export function createWorld(script: Script, trace?: (line: string) => void) {
  const clock = createClock(start);
  useClock(clock);
  const draw = createDraw(script.noise);
  const counts = new Map<string, number>();
  const count = (what: string) => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const actor = { name: '' };
  const violations: string[] = [];
  const tell = trace && ((line: string) => trace(`${timeOf(clock.now())}  ${line}`));
  const faults = script.faults.map((fault) => ({ ...fault, from: start + fault.from }));
  const hasBugs = faults.some(({ kind }) => kind === 'bug');
  const mayDie =
    script.posts.some(({ trait }) => trait === 'deadly') ||
    faults.some((fault) => fault.kind === 'killed' || (mayFail(fault, 'table') && fault.kind !== 'repeated'));
  const deadly = new Set(script.posts.filter(({ trait }) => trait === 'deadly').map(chatId));
  const isDeadly = (what: string) =>
    deadly.size > 0 &&
    /^(create|update)[^:]* notes? /.test(what) &&
    [...deadly].some((id) => what.split(/[ ,]/).includes(id));
  const surroundings: Surroundings = { clock, draw, faults, isDeadly, actor, count, trace: tell, start };

  const crms = script.crms.map((traits, at) => createCrm(`crm-${at}`, traits, clock.now));

  const dynamo = createDynamoDb({
    now: clock.now,
    lagMs: (index) => draw(`lag of ${index}`) * script.stack.indexLagMs,
    leavesUnread: () => {
      const isLeft = draw('left unread') < 0.2;
      if (isLeft) count('table: left unread');
      return isLeft;
    },
    onWrite: (key, before, after) => {
      if (!key.includes(' DELIVERY#')) return;
      const was = before?.['delivery'] as Delivery | undefined;
      const is = after?.['delivery'] as Delivery | undefined;
      const step = stepOf(was, is, clock.now());
      count(`state: ${step}`);
      tell?.(`${key}: ${step}${is?.reason ? ` (${is.reason})` : ''}`);
      const fault = forbidden(was, is, { actor: actor.name, now: new Date(clock.now()), hasBugs, hasDeaths: mayDie });
      if (fault !== undefined) violations.push(`${timeOf(clock.now())} ${key}: ${fault} (${step}, by ${actor.name})`);
    },
  });
  const queueTraits = { now: clock.now, draw, visibilityTimeoutMs, maxInFlight: script.stack.maxInFlight };
  const deadLetters = createQueue({ ...queueTraits, name: 'dead-letter', maxReceiveCount: 1e9 });
  const queue = createQueue({
    ...queueTraits,
    name: 'message',
    maxReceiveCount: script.stack.maxReceiveCount,
    deadLetters,
    onSend: (body) => secondSource.noteSnapshot(body),
    onVisible: (at) => lambda.pollChatsBy(at),
  });
  const erasures = createDynamoDb({ now: clock.now, lagMs: () => 0 });
  const fetchQueue = createQueue({
    ...queueTraits,
    name: 'request',
    // No outage here is so long that a request becomes a dead letter.
    maxReceiveCount: 1e9,
    onVisible: (at) => lambda.pollFetchesBy(at),
  });
  const restApi = createRestApi(clock.now);
  const outside = { dynamo, erasures, queue, deadLetters, fetchQueue, restApi, crms };
  const lambda = createLambda(surroundings, outside, script.stack, () => operators.configured());

  const posted: Posted[] = [];
  let planned = 0;
  const plan = (at: number, run: () => void) => {
    planned += 1;
    clock.at(at, () => {
      planned -= 1;
      run();
    });
  };

  const secondSource = createSecondSource({
    surroundings,
    restApi,
    dynamo,
    functions: lambda.functions,
    plan,
    posted,
    isOver: () => isOver,
  });
  const operators = createOperators({ surroundings, outside, posts: script.posts, plan, deploy: lambda.deploy });

  async function post(one: Post): Promise<void> {
    // Copies of one millisecond have no order.
    const at = Math.floor(clock.now());
    const own: Posted = { post: one, at, by: at, status: undefined };
    posted.push(own);
    tell?.(`Smartsupp posts ${JSON.stringify(one)}`);
    const answer = await lambda.functions.receive((receive) => receive(bodyOf(one)));
    own.status = answer?.statusCode;
    tell?.(`Smartsupp is answered ${own.status ?? 'nothing'}`);
  }

  let sweptAt = 0;
  const sweep = async (): Promise<void> => {
    const at = clock.now();
    await lambda.functions
      .sweep((sweep, { deadline }) => sweep(new Date(deadline - reserveMs)).then(() => true))
      .then((isDone) => {
        if (isDone) sweptAt = at;
      });
  };
  /** One that would find nothing is left out, as long as something else is to come. */
  function sweepEachMinute(): void {
    if (isOver) return;
    const wanted = sweepWantedAt();
    if (wanted <= clock.now() || (planned === 0 && secondSource.isReconciled())) void sweep();
    const next = Math.max(clock.now() + minute, Math.min(clock.next(), wanted));
    clock.at(Math.ceil((Number.isFinite(next) ? next : clock.now() + minute) / minute) * minute, sweepEachMinute);
  }
  function sweepWantedAt(): number {
    let wanted = Number.POSITIVE_INFINITY;
    for (const { listed, listedAt, delivery } of dynamo.items.values()) {
      if (listed === 'spooled') return clock.now();
      if (isPending(listed)) wanted = Math.min(wanted, Date.parse(String(listedAt)) + minute);
      if (isHeld(listed) && Date.parse(String(listedAt)) + heldLatelyMs > clock.now()) return clock.now();
      const { holdUntil = null } = listed === heldForATime ? (delivery as Delivery) : {};
      if (holdUntil !== null) wanted = Math.min(wanted, Date.parse(holdUntil));
    }
    return wanted;
  }

  let isOver = false;
  let calmAt = 0;
  function isQuiet(): boolean {
    if (planned > 0 || lambda.running() > 0 || operators.running() > 0) return false;
    if (queue.messages.size > 0 || fetchQueue.messages.size > 0 || !secondSource.isReconciled()) return false;
    if (clock.now() < calmAt || sweptAt <= Math.max(calmAt, dynamo.caughtUpAt())) return false;
    const isWaiting = ({ listed, delivery }: Item) =>
      isPending(listed) ||
      listed === 'spooled' ||
      (listed === heldForATime && operators.configured().includes((delivery as Delivery).destination));
    return ![...dynamo.items.values()].some(isWaiting);
  }
  /** Plays on until nothing is left to be done. */
  async function untilQuiet(): Promise<void> {
    const giveUpAt = calmAt + (script.stack.api ? maxApiCalmMs : maxCalmMs);
    await clock.run(() => {
      if (clock.now() < giveUpAt) return isQuiet();
      violations.push('It does not come to an end.');
      return true;
    });
  }

  const world: World = {
    script,
    start,
    crms,
    dynamo: { ...dynamo, writes: () => dynamo.writes() - secondSource.runs() },
    queue,
    deadLetters,
    posted,
    atSmartsupp: restApi.conversations,
    erased: operators.erased,
    steady: operators.steady,
    violations,
    counts,
    elapsedMs: () => clock.now() - start,
  };

  return {
    world,
    /** What the script says, until all is quiet. */
    play: async (): Promise<void> => {
      for (const one of script.posts) {
        for (let time = 0; time < one.times; time += 1) {
          const at = start + one.at + draw(`post ${time}`) * time * 2 * second;
          plan(at, () => void (one.source === 'api' ? secondSource.happen(one) : post(one)));
        }
      }
      for (const one of script.staff) {
        const crm = crms[one.crm];
        if (crm === undefined) continue;
        plan(start + one.at, () => {
          const did = crm.act(one);
          tell?.(`the staff of ${crm.name} ${did}`);
        });
      }
      for (const one of script.operators) plan(start + one.at, () => operators.act(one.act, one.which));
      const ends = [
        ...script.posts.map(({ at }) => at + 10 * second),
        ...[...script.staff, ...script.operators].map(({ at }) => at),
        ...script.faults.map(({ from, lasts }) => from + lasts),
      ];
      calmAt = start + Math.max(...ends);
      if (script.stack.api) secondSource.start();
      clock.at(start + minute, sweepEachMinute);
      await untilQuiet();
    },
    /** The operator puts everything right and sends again what is parked; and, in some histories, what is delivered. */
    replay: async (): Promise<void> => {
      for (const crm of crms) crm.fix();
      deadly.clear();
      calmAt = clock.now();
      for (const acts of [
        ['restore the destinations', 'undo the dismissals'],
        ['replay', 'backfill'],
        draw('replay again') < 0.3 ? (['replay what is delivered'] as const) : [],
      ] as const) {
        for (const act of acts) operators.act(act, 0);
        await untilQuiet();
      }
      isOver = true;
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
    },
  };
}

const isHeld = (listed: unknown) => heldLists.some((list) => list === listed);

function timeOf(at: number): string {
  const ms = Math.round(at - start);
  const days = Math.floor(ms / 86_400_000);
  return `${days > 0 ? `${days} d ` : ''}${new Date(ms).toISOString().slice(11, 23)}`;
}
