import { isWarned, shownState } from '../../../lambda/delivery/delivery.ts';
import type { DeliveryRecord } from '../../../lambda/store/lists.ts';
import type { ChatRecord, Records } from '../../../lambda/store/records.ts';
import { collect } from '../../../lambda/store/table.ts';
import { type Deployment, depthOf } from '../../lib/deployment/deployment.ts';
import { groupsOf, mapInOrder } from '../../lib/parallel.ts';
import { reasonOf } from '../../lib/rejected.ts';
import { daysBefore, midnightBefore, timezoneOf } from '../../lib/time.ts';

export type Overview = {
  readonly now: {
    readonly pending: number;
    readonly held: number;
    readonly parked: number;
    readonly rejected: number;
    /** Deliveries and bodies that somebody has seen. */
    readonly dismissed: number;
    /** Hooks in the table because the queue was unavailable. */
    readonly spooled: number;
    readonly queue: Depth;
    /** Conversations that are to be fetched from Smartsupp's REST API; null without `api`. */
    readonly fetchQueue: Depth | null;
    /** Of both queues. */
    readonly deadLetters: number;
    readonly oldestPendingSince: string | null;
  };
  readonly today: Period;
  readonly sevenDays: Period;
  readonly reasons: readonly { readonly state: string; readonly reason: string; readonly count: number }[];
};

type Depth = Awaited<ReturnType<typeof depthOf>>;

export type Period = {
  readonly since: string;
  readonly received: number;
  readonly rejected: number;
  /** Deliveries of these chats that lack what the CRM did not accept. */
  readonly warned: number;
  /** Destination to state to count. */
  readonly destinations: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

/** For each state, so that a frequent one does not hide the others. */
const maxReasons = 5;
/** Chats whose deliveries are read at once. */
const maxChats = 100;

export async function readOverview(deployment: Deployment, records: Records, now: Date): Promise<Overview> {
  const { outputs, destinations } = deployment;
  const week = daysBefore(now, 7);
  const names = Object.keys(destinations);
  const withDeliveries = async (chats: readonly ChatRecord[]): Promise<readonly Chat[]> => {
    const ids = new Set(chats.map(({ conversationId }) => conversationId));
    const deliveries = Map.groupBy(await records.deliveriesTo(names, [...ids]), ({ conversationId }) => conversationId);
    return chats.map((chat) => ({ chat, deliveries: deliveries.get(chat.conversationId) ?? [] }));
  };
  const [groups, rejected, dismissedBodies, spooled, queue, fetchQueue, deadLetters, ...listed] = await Promise.all([
    collect(mapInOrder(groupsOf(records.chats(week), maxChats), withDeliveries)),
    collect(records.rejected()),
    collect(records.rejected({ states: ['dismissed'] })),
    collect(records.spooled()),
    depthOf(deployment, outputs.QueueUrl),
    outputs.FetchQueueUrl === undefined ? null : depthOf(deployment, outputs.FetchQueueUrl),
    Promise.all(deadLetterQueuesIn(outputs).map((queueUrl) => depthOf(deployment, queueUrl))),
    ...(['pending', 'held', 'parked', 'dismissed'] as const).map(async (state) => {
      const found = await collect(records.deliveries(state));
      return found.map(({ delivery }) => delivery);
    }),
  ]);
  const [pending = [], held = [], parked = [], dismissed = []] = listed;
  const chats = groups.flat();
  const period = (since: Date): Period => ({
    ...countChats(
      chats.filter(({ chat }) => isSince(chat.receivedAt, since)),
      names,
    ),
    since: since.toISOString(),
    rejected: rejected.filter(({ receivedAt }) => isSince(receivedAt, since)).length,
  });
  const [oldest] = [...pending.map(({ since }) => since), ...spooled].toSorted();
  return {
    now: {
      pending: pending.length,
      held: held.length,
      parked: parked.length,
      rejected: rejected.length,
      dismissed: dismissed.length + dismissedBodies.length,
      spooled: spooled.length,
      queue,
      fetchQueue,
      deadLetters: deadLetters.reduce((sum, { messages }) => sum + messages, 0),
      oldestPendingSince: oldest ?? null,
    },
    today: period(midnightBefore(now, timezoneOf(deployment))),
    sevenDays: period(week),
    reasons: [
      ...topReasons(parked),
      ...topReasons(pending),
      ...topReasons(held),
      ...topReasons(rejected.map((each) => ({ state: 'rejected', reason: reasonOf(each) }))),
      ...topReasons(chats.flatMap(skippedIn)),
      ...topReasons(warnedOf(chats).flatMap(({ warnings }) => warnings.map((reason) => ({ state: 'warned', reason })))),
    ],
  };
}

const deadLetterQueuesIn = ({ DeadLetterQueueUrl, FetchDeadLetterQueueUrl }: Deployment['outputs']) => [
  DeadLetterQueueUrl,
  ...(FetchDeadLetterQueueUrl === undefined ? [] : [FetchDeadLetterQueueUrl]),
];

const isSince = (instant: string, since: Date) => Date.parse(instant) >= since.getTime();

/** Skipped deliveries are in no index: they are those of the chats that are counted. */
const skippedIn = ({ deliveries }: Chat) =>
  deliveries.flatMap(({ delivery: { state, destination, reason } }) =>
    state === 'skipped' ? [{ state, reason: `${destination}: ${reason}` }] : [],
  );

type Chat = { readonly chat: ChatRecord; readonly deliveries: readonly DeliveryRecord[] };

function countChats(
  chats: readonly Chat[],
  names: readonly string[],
): Pick<Period, 'received' | 'warned' | 'destinations'> {
  const destinations: Record<string, Record<string, number>> = Object.fromEntries(names.map((name) => [name, {}]));
  for (const { delivery } of chats.flatMap(({ deliveries }) => deliveries)) {
    const { destination } = delivery;
    const state = shownState(delivery);
    const counts = destinations[destination] ?? {};
    destinations[destination] = { ...counts, [state]: (counts[state] ?? 0) + 1 };
  }
  return { received: chats.length, warned: warnedOf(chats).length, destinations };
}

const warnedOf = (chats: readonly Chat[]) =>
  chats.flatMap(({ deliveries }) => deliveries.map(({ delivery }) => delivery)).filter(isWarned);

function topReasons(all: readonly { readonly state: string; readonly reason: string | null }[]): Overview['reasons'] {
  const counts = new Map<string, { state: string; reason: string; count: number }>();
  for (const { state, reason } of all) {
    if (reason !== null) counts.set(reason, { state, reason, count: (counts.get(reason)?.count ?? 0) + 1 });
  }
  return [...counts.values()].toSorted((one, other) => other.count - one.count).slice(0, maxReasons);
}
