import type { Delivery } from '../../lambda/delivery/delivery.ts';
import type { ChatRecord, RejectedRecord } from '../../lambda/store/records.ts';
import type { ListedHook } from '../../lambda/store/spool.ts';

export type ChatStatus = ChatRecord & {
  readonly deliveries: readonly Delivery[];
  /** The visitor's name, else their address or number. */
  readonly visitor: string | null;
};

/** A deployment as an operator sees it, with what they can do about it. */
export type Forwarder = {
  /** The chats that were received last, newest first. */
  readonly chats: () => Promise<readonly ChatStatus[]>;
  readonly chat: (conversationId: string) => Promise<ChatStatus | undefined>;
  /** Newest first, including dismissed ones. */
  readonly rejected: () => Promise<readonly RejectedRecord[]>;
  /** Accepted hooks that wait for the queue, oldest first. */
  readonly spooled: () => Promise<readonly Pick<ListedHook, 'id' | 'receivedAt'>[]>;
  /** The body of a chat, or a rejected or spooled body, as it came. Undefined if it is not there, or not any more. */
  readonly bodyOf: (id: string) => Promise<Uint8Array | undefined>;
  /** Sends a chat or a rejected body again, or puts a spooled one on the queue. */
  readonly replay: (id: string) => Promise<Replay>;
  /** Marks what is parked, held or rejected as seen. Returns a sentence for the person who asked. */
  readonly dismiss: (id: string, reason: string) => Promise<string>;
  readonly undoDismissal: (id: string) => Promise<string>;
};

/** The chat that is on its way again, if any, and a sentence for the person who asked. */
export type Replay = { readonly conversationId: string | undefined; readonly words: string };

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
