import { businessHoursSince } from '../../../lambda/sweep/sweep.ts';
import { createMetricStore, type MetricStore } from './metrics.ts';

/** What is wrong at a minute; nothing if it is empty. */
export type Fault = {
  readonly eventSourceOff?: boolean;
  readonly tableAway?: boolean;
  readonly queueAway?: boolean;
  /** The table refuses deliver alone, such as after a change of its role. */
  readonly deliverRefused?: boolean;
  readonly receiveDies?: boolean;
  readonly deliverDoesNotLoad?: boolean;
  /** Lambda starts no function, as the account's concurrency is used up. */
  readonly throttled?: boolean;
  readonly deliverThrottled?: boolean;
  readonly sweepStopped?: boolean;
  readonly wrongKey?: boolean;
  /** Requests a minute of somebody who guesses keys. */
  readonly guesses?: number;
  readonly bodiesAreNoChats?: boolean;
  readonly turnedAway?: boolean;
  /** Smartsupp posts nothing. */
  readonly silent?: boolean;
  /** `warns`: it takes the chat without something of it. */
  readonly crm?: 'away' | 'refuses' | 'credentials' | 'redirects' | 'warns';
  /** The hook has something that nobody has seen before. */
  readonly isNew?: boolean;
  /** With `away`: what the CRM asks for, in minutes. */
  readonly retryAfter?: number;
  /** Every chat kills the function deliver. */
  readonly poison?: boolean;
  /** Deliver cannot read what receive has accepted. */
  readonly unreadable?: boolean;
};

export type Trial = {
  readonly minutes: number;
  /** A chat comes each so many minutes. */
  readonly chatEvery: number;
  readonly faultAt: (minute: number) => Fault;
  /** Default: a Wednesday at 8:00. */
  readonly begin?: Date;
};

type Message = { readonly chat: number; visibleAt: number; receives: number };
type Pending = { readonly chat: number; readonly since: number; readonly attempts: number; readonly nextAt: number };

const giveUpAfter = 24 * 60;
const maxReceives = 50;
const maxCrashes = 5;
/** SQS sends no metrics of a queue that nobody has used for so long. */
const idleAfter = 6 * 60;

/**
 * The shop's chats, minute by minute from the first deployment on, through what `infra/` and `lambda/` make of them, and
 * the metrics that come of it. One destination, hubspot. Waits are the functions' own, rounded to minutes.
 */
export function play(trial: Trial): MetricStore {
  const { minutes, chatEvery, faultAt, begin = new Date('2026-05-06T08:00:00Z') } = trial;
  const store = createMetricStore();
  let queue: Message[] = [];
  let pending: Pending[] = [];
  let spooled: number[] = [];
  let parked = 0;
  let deadLetters = 0;
  let lastReceived: number | undefined;
  let lastUseOfQueue = 0;
  let lastUseOfDeadLetters = Number.NEGATIVE_INFINITY;
  const crashes = new Map<number, number>();

  for (let minute = 0; minute < minutes; minute += 1) {
    const fault = faultAt(minute);
    const count = (metric: string, value = 1) => store.put(metric, minute, value);

    for (let guess = 0; guess < (fault.guesses ?? 0); guess += 1) answer(404, count);
    if (minute % chatEvery === 0 && fault.silent !== true) receive(minute, fault, count);
    sweep(minute, fault, count);
    deliver(minute, fault, count);
    reportQueues(minute, count);
  }
  return store;

  type Count = (metric: string, value?: number) => void;

  function answer(status: number, count: Count): void {
    count('4xx FrontDoorApi', status >= 400 && status < 500 ? 1 : 0);
    count('5xx FrontDoorApi', status >= 500 ? 1 : 0);
    if (status === 404) count('WrongKeys');
    if (status === 429) count('HooksTurnedAway');
  }

  function receive(minute: number, fault: Fault, count: Count): void {
    if (fault.turnedAway) {
      answer(429, count);
      return;
    }
    if (fault.throttled) {
      count('Throttles ReceiveFunction');
      answer(503, count);
      return;
    }
    count('Errors ReceiveFunction', fault.receiveDies ? 1 : 0);
    if (fault.receiveDies) {
      answer(500, count);
      return;
    }
    if (fault.wrongKey) {
      answer(404, count);
      return;
    }
    if (fault.bodiesAreNoChats) {
      count(fault.tableAway ? 'BodiesLost' : 'BodiesRejected');
      answer(fault.tableAway ? 503 : 400, count);
      return;
    }
    if (fault.queueAway && fault.tableAway) {
      answer(503, count);
      return;
    }
    count('Received');
    if (fault.queueAway) spooled.push(minute);
    else send(minute, minute);
    answer(200, count);
  }

  function send(chat: number, minute: number): void {
    queue.push({ chat, visibleAt: minute, receives: 0 });
    lastUseOfQueue = minute;
  }

  function sweep(minute: number, fault: Fault, count: Count): void {
    if (fault.sweepStopped) return;
    if (fault.throttled) {
      count('Throttles SweepRunFunction');
      return;
    }
    count('Invocations SweepRunFunction');
    const due = pending.filter(({ nextAt }) => nextAt <= minute);
    const fails = fault.tableAway || (fault.queueAway && due.length + spooled.length > 0);
    count('Errors SweepRunFunction', fails ? 1 : 0);
    if (fault.tableAway) return;
    if (!fault.queueAway) {
      if (spooled.length > 0) count('SweptSpooled', spooled.length);
      for (const chat of spooled) send(chat, minute);
      spooled = [];
      for (const { chat } of due) if (!queue.some((message) => message.chat === chat)) send(chat, minute);
    }
    const oldest = Math.min(minute, ...spooled, ...pending.map(({ since }) => since));
    count('OldestPendingSeconds', (minute - oldest) * 60);
    count('ParkedNow', parked);
    const at = (of: number) => new Date(begin.getTime() + of * 60_000);
    // If no chat ever came, since the first run.
    count('SilentHours', businessHoursSince(at(lastReceived ?? 0), at(minute), 'UTC'));
  }

  function deliver(minute: number, fault: Fault, count: Count): void {
    if (fault.eventSourceOff || fault.queueAway) return;
    lastUseOfQueue = minute;
    const batch = queue.filter(({ visibleAt }) => visibleAt <= minute);
    count('NumberOfMessagesReceived QueueChats', batch.length);
    if (batch.length === 0) return;
    for (const message of batch) message.receives += 1;
    if (fault.throttled || fault.deliverThrottled) {
      hide(batch, minute, 6, count, 'Throttles DeliverFunction');
      return;
    }
    if (fault.deliverDoesNotLoad) {
      hide(batch, minute, 6, count, 'Errors DeliverFunction');
      return;
    }
    if (fault.tableAway || fault.deliverRefused) {
      count('MessagesFailed', batch.length);
      for (const message of batch) hide([message], minute, Math.min(2 ** (message.receives - 1) / 6, 15), count);
      count('Errors DeliverFunction');
      return;
    }
    if (fault.poison) {
      const [first] = batch;
      if (first !== undefined && (crashes.get(first.chat) ?? 0) < maxCrashes) {
        crashes.set(first.chat, (crashes.get(first.chat) ?? 0) + 1);
        hide(batch, minute, 1, count, 'Errors DeliverFunction');
        return;
      }
    }
    count('Errors DeliverFunction', 0);
    queue = queue.filter((message) => !batch.includes(message));
    for (const { chat } of batch) attempt(chat, minute, fault, count);
    if (!fault.unreadable && !fault.poison)
      lastReceived = Math.max(lastReceived ?? 0, ...batch.map(({ chat }) => chat));
  }

  function hide(batch: readonly Message[], minute: number, forMinutes: number, count: Count, metric?: string): void {
    if (metric !== undefined) count(metric);
    for (const message of batch) message.visibleAt = minute + Math.max(Math.round(forMinutes), 1);
    const dead = batch.filter(({ receives }) => receives >= maxReceives);
    if (dead.length === 0) return;
    queue = queue.filter((message) => !dead.includes(message));
    deadLetters += dead.length;
    lastUseOfDeadLetters = minute;
  }

  function attempt(chat: number, minute: number, fault: Fault, count: Count): void {
    if (fault.unreadable) {
      count('ChatsSetAside');
      return;
    }
    count('Attempts');
    const known = pending.find((each) => each.chat === chat) ?? { chat, since: minute, attempts: 0, nextAt: minute };
    pending = pending.filter((each) => each !== known);
    const attempts = known.attempts + 1;
    const park = () => {
      parked += 1;
      count('Parked hubspot');
    };
    if (fault.poison || fault.crm === 'refuses') {
      park();
      return;
    }
    if (fault.isNew) count('FormatChanged');
    if (fault.crm === 'warns') count('Warned hubspot');
    if (fault.crm === undefined || fault.crm === 'warns') return;
    if (fault.crm === 'credentials') count('CredentialsRefused hubspot');
    if (fault.crm === 'redirects') count('Redirected hubspot');
    const usual = fault.crm === 'away' ? Math.min(2 ** (attempts - 1) / 12, 15) : 30;
    // The longest that the jitter makes of it.
    const wait = Math.ceil(1.2 * Math.max(usual, fault.retryAfter ?? 0));
    if (minute + wait - known.since > giveUpAfter) {
      park();
      return;
    }
    pending.push({ ...known, attempts, nextAt: minute + wait });
  }

  function reportQueues(minute: number, count: Count): void {
    if (queue.length > 0 || minute - lastUseOfQueue < idleAfter) {
      count(
        'ApproximateNumberOfMessagesVisible QueueChats',
        queue.filter(({ visibleAt }) => visibleAt <= minute).length,
      );
      if (faultAt(minute).eventSourceOff) count('NumberOfMessagesReceived QueueChats', 0);
    }
    if (deadLetters > 0 || minute - lastUseOfDeadLetters < idleAfter) {
      count('ApproximateNumberOfMessagesVisible QueueDeadLetters', deadLetters);
    }
  }
}
