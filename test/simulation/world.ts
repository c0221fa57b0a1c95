import { type Delivery, isLeased } from '../../lambda/delivery/delivery.ts';
import { useClock } from './builtins.ts';
import { createClock, createDraw } from './clock.ts';
import { type Crm, createCrm } from './crm.ts';
import { createDynamoDb } from './dynamodb.ts';
import { createLambda, visibilityTimeoutMs } from './lambda.ts';
import { createCommands, type Who } from './operator.ts';
import { createProcess, type Surroundings } from './process.ts';
import { emails, type OperatorAct, type Post, type Script } from './script.ts';
import { createServices } from './services.ts';
import { bodyOf, chatId, visitorIdOf } from './smartsupp.ts';
import { createQueue } from './sqs.ts';

export const start = Date.parse('2026-05-01T08:00:00Z');
const second = 1000;
const minute = 60 * second;
/** What the sweep's handler leaves for its end. */
const reserveMs = 15 * second;
const heldLatelyMs = 15 * minute;
/** Within this everything must have ended, once nothing fails any more: an operator's delay, and what comes before and after. */
const maxCalmMs = 60 * minute;

export type Posted = { readonly post: Post; readonly at: number; status: number | undefined };

export type Erased = {
  readonly who: Who;
  readonly startedAt: number;
  endedAt: number | undefined;
  /** What the command said that it left. */
  left: string;
};

/** All that a history came to. */
export type World = {
  readonly script: Script;
  readonly crms: readonly Crm[];
  readonly dynamo: ReturnType<typeof createDynamoDb>;
  readonly queue: ReturnType<typeof createQueue>;
  readonly deadLetters: ReturnType<typeof createQueue>;
  readonly posted: readonly Posted[];
  readonly erased: readonly Erased[];
  /** Destinations that were configured all the time. */
  readonly steady: ReadonlySet<string>;
  /** What must never be, seen as it happened. */
  readonly violations: string[];
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
  const deadly = new Set(script.posts.filter(({ trait }) => trait === 'deadly').map(chatId));
  const isDeadly = (what: string) =>
    deadly.size > 0 &&
    /^(create|update)[^:]* notes? /.test(what) &&
    [...deadly].some((id) => what.split(/[ ,]/).includes(id));
  const surroundings: Surroundings = { clock, draw, faults, isDeadly, actor, count, trace: tell };

  const crms = script.crms.map((traits, at) => createCrm(`crm-${at}`, traits, clock.now));
  const names = crms.map(({ name }) => name);
  const removed = new Set<string>();
  const steady = new Set(names);
  const configured = () => names.filter((name) => !removed.has(name));

  const dynamo = createDynamoDb({
    now: clock.now,
    lagMs: (index) => draw(`lag of ${index}`) * script.stack.indexLagMs,
    onWrite: (key, before, after) => {
      if (!key.includes(' DELIVERY#')) return;
      const was = before?.['delivery'] as Delivery | undefined;
      const is = after?.['delivery'] as Delivery | undefined;
      const step = `${labelOf(was, clock.now())} → ${labelOf(is, clock.now())}`;
      count(`state: ${step}`);
      tell?.(`${key}: ${step}${is?.reason ? ` (${is.reason})` : ''}`);
      const fault = forbidden(was, is, actor.name, clock.now());
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
    onVisible: (at) => lambda.pollBy(at),
  });
  const erasures = createDynamoDb({ now: clock.now, lagMs: () => 0 });
  const outside = { dynamo, erasures, queue, deadLetters, crms };
  const lambda = createLambda(surroundings, outside, script.stack, configured);

  const posted: Posted[] = [];
  const erased: Erased[] = [];
  let operators = 0;
  let planned = 0;
  const plan = (at: number, run: () => void) => {
    planned += 1;
    clock.at(at, () => {
      planned -= 1;
      run();
    });
  };

  async function post(one: Post): Promise<void> {
    const own: Posted = { post: one, at: clock.now(), status: undefined };
    posted.push(own);
    tell?.(`Smartsupp posts ${JSON.stringify(one)}`);
    const answer = await lambda.invoke('receive', ({ receive }) => receive(bodyOf(one)));
    own.status = answer?.statusCode;
    tell?.(`Smartsupp is answered ${own.status ?? 'nothing'}`);
  }

  /** Runs a command; undefined if its machine died, or it failed. */
  function command<T>(name: string, run: (commands: ReturnType<typeof createCommands>) => Promise<T>) {
    operators += 1;
    return new Promise<T | undefined>((resolve) => {
      const end = (result: T | undefined) => {
        operators -= 1;
        resolve(result);
      };
      const process = createProcess(surroundings, {
        name: `${name} ${clock.now() - start}`,
        deadline: Number.POSITIVE_INFINITY,
        onDeath: () => end(undefined),
      });
      run(
        createCommands(
          createServices(outside, () => process),
          configured(),
        ),
      ).then(end, (error: unknown) => {
        tell?.(`${name} fails: ${String(error)}`);
        end(undefined);
      });
    });
  }

  /** As often as it takes. */
  async function erase(who: Who): Promise<void> {
    const own: Erased = { who, startedAt: clock.now(), endedAt: undefined, left: '' };
    erased.push(own);
    for (;;) {
      tell?.(`the operator erases ${JSON.stringify(who)}`);
      const erasure = await command('operator', ({ erase }) => erase(who));
      own.left += erasure?.left.join() ?? '';
      if (erasure !== undefined && erasure.failed.length === 0) break;
      await new Promise<void>((resolve) => plan(clock.now() + 2 * minute, resolve));
    }
    own.endedAt = clock.now();
    tell?.(`erased, but for: ${own.left || 'nothing'}`);
  }

  function operate({ act, which }: OperatorAct): void {
    tell?.(`the operator wants to ${act}`);
    if (act === 'replay') void command('operator', ({ replay }) => replay());
    else if (act === 'erase') void erase(whoIs(which, script.posts));
    else if (act === 'restore the destinations') removed.clear();
    else {
      const name = names[which % names.length];
      if (name === undefined) return;
      removed.add(name);
      steady.delete(name);
    }
    lambda.deploy();
  }

  let sweptAt = 0;
  const sweep = async (): Promise<void> => {
    const at = clock.now();
    await lambda
      .invoke('sweep', ({ sweep }, { deadline }) => sweep(new Date(deadline - reserveMs)).then(() => true))
      .then((isDone) => {
        if (isDone) sweptAt = at;
      });
  };
  /** One that would find nothing is left out, as long as something else is to come. */
  function sweepEachMinute(): void {
    if (isOver) return;
    const wanted = sweepWantedAt();
    if (wanted <= clock.now() || planned === 0) void sweep();
    const next = Math.max(clock.now() + minute, Math.min(clock.next(), wanted));
    clock.at(Math.ceil((Number.isFinite(next) ? next : clock.now() + minute) / minute) * minute, sweepEachMinute);
  }
  function sweepWantedAt(): number {
    let wanted = Number.POSITIVE_INFINITY;
    for (const { listed, listedAt } of dynamo.items.values()) {
      if (listed === 'spooled') return clock.now();
      if (listed === 'pending') wanted = Math.min(wanted, Date.parse(String(listedAt)) + minute);
      if (listed === 'held' && Date.parse(String(listedAt)) + heldLatelyMs > clock.now()) return clock.now();
    }
    return wanted;
  }

  let isOver = false;
  let calmAt = 0;
  function isQuiet(): boolean {
    if (planned > 0 || lambda.running() > 0 || operators > 0 || queue.messages.size > 0) return false;
    if (clock.now() < calmAt || sweptAt <= Math.max(calmAt, dynamo.caughtUpAt())) return false;
    const isWaiting = (listed: unknown) => listed === 'pending' || listed === 'spooled';
    return ![...dynamo.items.values()].some(({ listed }) => isWaiting(listed));
  }
  /** Plays on until nothing is left to be done. */
  async function untilQuiet(): Promise<void> {
    const giveUpAt = calmAt + maxCalmMs;
    await clock.run(() => {
      if (clock.now() < giveUpAt) return isQuiet();
      violations.push('It does not come to an end.');
      return true;
    });
  }

  const world: World = {
    script,
    crms,
    dynamo,
    queue,
    deadLetters,
    posted,
    erased,
    steady,
    violations,
    counts,
    elapsedMs: () => clock.now() - start,
  };

  return {
    world,
    /** What the script says, until all is quiet. */
    play: async (): Promise<void> => {
      for (const [index, one] of script.posts.entries()) {
        for (let time = 0; time < one.times; time += 1) {
          // No two in the same millisecond, by which copies that are alike are told apart.
          const at = start + one.at + index + draw(`post ${time}`) * time * 2 * second;
          plan(at, () => void post(one));
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
      for (const one of script.operators) plan(start + one.at, () => operate(one));
      const ends = [
        ...script.posts.map(({ at }) => at + 10 * second),
        ...[...script.staff, ...script.operators].map(({ at }) => at),
        ...script.faults.map(({ from, lasts }) => from + lasts),
      ];
      calmAt = start + Math.max(...ends);
      clock.at(start + minute, sweepEachMinute);
      await untilQuiet();
    },
    /** The operator puts everything right and sends again what is parked. */
    replay: async (): Promise<void> => {
      for (const crm of crms) crm.fix();
      deadly.clear();
      removed.clear();
      lambda.deploy();
      calmAt = clock.now();
      tell?.('the operator puts all right, and replays');
      void command('operator', ({ replay }) => replay());
      await untilQuiet();
      isOver = true;
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
    },
  };
}

function whoIs(which: number, posts: readonly Post[]): Who {
  const [first] = posts;
  return which < 6 || first === undefined
    ? { email: emails[which % emails.length] }
    : { visitor: `1:${visitorIdOf(first)}` };
}

function labelOf(delivery: Delivery | undefined, now: number): string {
  if (delivery === undefined) return 'nothing';
  if (delivery.state !== 'pending') return delivery.state;
  if (delivery.leaseUntil === null) return delivery.awaitsSecondLook ? 'second look' : 'waiting';
  return isLeased(delivery, new Date(now)) ? 'leased' : 'crashed';
}

/** A delivery is given up after a day. */
const maxPendingMs = 24 * 60 * minute;

const final: ReadonlySet<string> = new Set(['delivered', 'skipped', 'parked']);

/** What must not become of a delivery. */
function forbidden(was: Delivery | undefined, is: Delivery | undefined, actor: string, now: number) {
  if (is?.state === 'pending' && Date.parse(is.nextAttemptAt ?? is.since) - Date.parse(is.since) > maxPendingMs) {
    return 'it should be given up';
  }
  if (was === undefined || is === undefined) return undefined;
  const isByOperator = actor.startsWith('operator');
  const isAttempt = was.leaseUntil === null && is.leaseUntil !== null && was.contentHash === is.contentHash;
  if (isAttempt && Date.parse(was.nextAttemptAt ?? is.updatedAt) > now) return 'an attempt comes before its time';
  const crashes = Number(/died (\d+) times in a row/.exec(is.reason ?? '')?.[1] ?? 0);
  if (crashes > 0 && is.history.slice(-crashes).some(({ outcome }) => outcome !== 'crashed')) {
    return 'it is parked for crashes that were not in a row';
  }
  if (final.has(was.state) && was.state !== is.state && was.contentHash === is.contentHash && !isByOperator) {
    return 'a final result changes by itself';
  }
  if (isLeased(was, new Date(now)) && isLeased(is, new Date(now)) && was.version !== is.version) {
    return 'a lease is taken from another';
  }
  return undefined;
}

function timeOf(at: number): string {
  const ms = Math.round(at - start);
  const days = Math.floor(ms / 86_400_000);
  return `${days > 0 ? `${days} d ` : ''}${new Date(ms).toISOString().slice(11, 23)}`;
}
