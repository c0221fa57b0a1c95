import { shownState } from '../../lambda/delivery/delivery.ts';
import type { RejectedRecord } from '../../lambda/store/records.ts';
import type { ChatStatus, Forwarder } from './forwarder.ts';

/** A POST to the hook that was seen when it was answered. */
export type Arrival = {
  /** The id of the chat or of the rejected body; a generated one if nothing was kept. */
  readonly id: string;
  readonly at: string;
  readonly durationMs: number;
  readonly bytes: number;
  readonly status: number;
  readonly isKept: boolean;
  /** Why it was refused. */
  readonly detail: string | undefined;
};

export type Arrivals = {
  /** Newest first, since the start of this process. */
  readonly all: () => readonly Arrival[];
  /** Newest first. */
  readonly of: (id: string) => readonly Arrival[];
};

/** For a deployment whose hook is answered elsewhere. */
export const noArrivals: Arrivals = { all: () => [], of: () => [] };

/** One line of the inspector: what came, and what became of it. */
export type Entry = { readonly id: string; readonly at: string } & (
  | { readonly kind: 'chat'; readonly chat: ChatStatus; readonly copies: number }
  | { readonly kind: 'rejected'; readonly rejected: RejectedRecord }
  | { readonly kind: 'spooled' }
  /** It was taken and is not in the table yet, or it was refused and not kept. */
  | { readonly kind: 'arrival'; readonly arrival: Arrival }
);

/** Entries are filtered by the state that most needs somebody's attention. */
export type EntryState = 'delivered' | 'pending' | 'held' | 'parked' | 'dismissed' | 'skipped' | 'spooled' | 'rejected';

/** Newest first; undefined if the forwarder's store does not answer. */
export async function readEntries(
  forwarder: Pick<Forwarder, 'chats' | 'rejected' | 'spooled'>,
  arrivals: Arrivals,
): Promise<readonly Entry[] | undefined> {
  try {
    const [chats, rejected, spooled] = await Promise.all([
      forwarder.chats(),
      forwarder.rejected(),
      forwarder.spooled(),
    ]);
    const known: readonly Entry[] = [
      ...chats.map((chat) => chatEntry(chat, arrivals)),
      ...rejected.map((each) => ({ kind: 'rejected', id: each.id, at: each.receivedAt, rejected: each }) as const),
      ...spooled.map(({ id, receivedAt: at }) => ({ kind: 'spooled', id, at }) as const),
    ];
    return [...known, ...unknownOf(arrivals, known)].toSorted((one, other) => other.at.localeCompare(one.at));
  } catch {
    return undefined;
  }
}

type Of<Kind extends Entry['kind']> = Extract<Entry, { readonly kind: Kind }>;

export const chatEntry = (chat: ChatStatus, arrivals: Arrivals): Of<'chat'> => ({
  kind: 'chat',
  id: chat.conversationId,
  at: chat.receivedAt,
  chat,
  copies: arrivals.of(chat.conversationId).length,
});

export const arrivalEntry = (arrival: Arrival): Of<'arrival'> => ({
  kind: 'arrival',
  id: arrival.id,
  at: arrival.at,
  arrival,
});

/** The latest arrivals that the table does not list. An arrival before the oldest listed chat is on a later page. */
function unknownOf(arrivals: Arrivals, known: readonly Entry[]): readonly Entry[] {
  const ids = new Set(known.map(({ id }) => id));
  const first = known.findLast(({ kind }) => kind === 'chat')?.at ?? '';
  const latest = new Map(
    arrivals
      .all()
      .toReversed()
      .map((arrival) => [arrival.id, arrival]),
  );
  return [...latest.values()].filter(({ id, at }) => !ids.has(id) && at >= first).map(arrivalEntry);
}

const byUrgency = ['parked', 'held', 'pending', 'dismissed', 'delivered', 'skipped'] as const;

export function stateOf(entry: Entry): EntryState {
  switch (entry.kind) {
    case 'rejected':
      return entry.rejected.dismissal === null ? 'rejected' : 'dismissed';
    case 'spooled':
      return entry.kind;
    case 'arrival':
      return entry.arrival.status === 200 ? 'pending' : 'rejected';
    case 'chat': {
      const states = new Set(entry.chat.deliveries.map(shownState));
      return byUrgency.find((state) => states.has(state)) ?? 'pending';
    }
  }
}
