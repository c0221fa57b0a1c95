import { retryDelayMs } from '../../../lambda/fetch/batch.ts';
import { createMetricStore, type MetricStore } from './metrics.ts';

/** What is wrong at a minute with the second source; nothing if it is empty. */
export type ApiFault = {
  readonly wrongSignature?: boolean;
  /** Smartsupp's REST API: it does not answer, refuses the token, or does not know the conversation. */
  readonly api?: 'away' | 'refuses' | 'gone';
  /** The queue of the chats does not take a snapshot. */
  readonly queueAway?: boolean;
  readonly eventsDie?: boolean;
  readonly fetchDies?: boolean;
  readonly noEvents?: boolean;
  readonly tableAway?: boolean;
  /** Smartsupp sends no event, or it gets lost. */
  readonly eventsLost?: boolean;
  readonly reconcileDies?: boolean;
  /** Nothing calls it. */
  readonly reconcileStopped?: boolean;
};

export type ApiTrial = {
  readonly minutes: number;
  /** A webhook comes each so many minutes. */
  readonly eventEvery: number;
  readonly faultAt: (minute: number) => ApiFault;
};

type Message = { readonly sentAt: number; visibleAt: number; receives: number };

const maxReceives = 200;
const lateAfter = 60;
const reconcileEvery = 15;
const keptFor = 14 * 24 * 60;

/** The webhooks, minute by minute, through events, the fetch queue and fetch, and the metrics that come of it. */
export function playApi({ minutes, eventEvery, faultAt }: ApiTrial): MetricStore {
  const store = createMetricStore();
  let queue: Message[] = [];
  let dead: Message[] = [];
  /** Conversations that have ended, and of which no event came. */
  let lost = 0;
  let reconciledUntil: number | undefined;

  for (let minute = 0; minute < minutes; minute += 1) {
    const fault = faultAt(minute);
    const count = (metric: string, value = 1) => store.put(metric, minute, value);
    if (minute % eventEvery === 0) take(minute, fault, count);
    fetch(minute, fault, count);
    if (minute % reconcileEvery === 0) reconcile(minute, fault, count);
    if (reconciledUntil !== undefined && !fault.tableAway)
      count('ReconcileLagSeconds', (minute - reconciledUntil) * 60);
    dead = dead.filter(({ sentAt }) => minute - sentAt < keptFor);
    count('ApproximateNumberOfMessagesVisible ApiFetchQueueDeadLetters', dead.length);
  }
  return store;

  type Count = (metric: string, value?: number) => void;

  function reconcile(minute: number, fault: ApiFault, count: Count): void {
    if (fault.reconcileStopped) return;
    const dies = fault.reconcileDies || fault.tableAway;
    count('Errors ApiReconcileFunction', dies ? 1 : 0);
    if (dies) return;
    if (fault.api === 'refuses') count('ReconcileTokenRefused');
    if (fault.api === 'refuses' || fault.api === 'away') return;
    if (lost > 0) count('Healed', lost);
    lost = 0;
    reconciledUntil = minute;
  }

  function take(minute: number, fault: ApiFault, count: Count): void {
    const answer = (status: number) => {
      count('4xx FrontDoorApi', status >= 400 && status < 500 ? 1 : 0);
      count('5xx FrontDoorApi', status >= 500 ? 1 : 0);
    };
    if (fault.eventsLost || fault.eventsDie || fault.noEvents || fault.wrongSignature) lost += 1;
    if (fault.eventsLost) return;
    count('Errors ApiEventsFunction', fault.eventsDie ? 1 : 0);
    if (fault.eventsDie) answer(500);
    else if (fault.noEvents) {
      count(fault.tableAway ? 'EventsLost' : 'EventsRejected');
      answer(fault.tableAway ? 503 : 400);
    } else if (fault.wrongSignature) {
      count('WrongSignatures');
      answer(401);
    } else {
      queue.push({ sentAt: minute, visibleAt: minute, receives: 0 });
      answer(200);
    }
  }

  function fetch(minute: number, fault: ApiFault, count: Count): void {
    const batch = queue.filter(({ visibleAt }) => visibleAt <= minute);
    if (batch.length === 0) return;
    const fails = fault.fetchDies || fault.queueAway;
    count('Errors ApiFetchFunction', fails ? 1 : 0);
    for (const message of batch) {
      message.receives += 1;
      if (fault.fetchDies || fault.queueAway || fault.api === 'away' || fault.api === 'refuses') {
        hide(message, minute, fault, count);
        continue;
      }
      count(fault.api === 'gone' ? 'NotFetched' : 'Fetched');
      queue = queue.filter((each) => each !== message);
    }
  }

  function hide(message: Message, minute: number, fault: ApiFault, count: Count): void {
    if (!fault.fetchDies) {
      if (fault.queueAway) count('FetchesFailed');
      else if (fault.api === 'refuses') count('TokenRefused');
      if (minute - message.sentAt > lateAfter) count('FetchesLate');
    }
    message.visibleAt = minute + Math.max(1, Math.round(retryDelayMs(message.receives) / 60_000));
    if (message.receives < maxReceives) return;
    queue = queue.filter((each) => each !== message);
    dead.push(message);
  }
}
