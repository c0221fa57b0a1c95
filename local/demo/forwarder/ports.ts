import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import type { ChatRecord, RejectedRecord } from '../../../lambda/store/records.ts';
import type { ListedHook } from '../../../lambda/store/spool.ts';

export type ChatStatus = ChatRecord & { readonly deliveries: readonly Delivery[] };

/** The page's view of the forwarder, and what it can ask of it. */
export type Forwarder = {
  /** The newest, by when they were last received, newest first. */
  readonly chats: () => Promise<readonly ChatStatus[]>;
  readonly chat: (conversationId: string) => Promise<ChatStatus | undefined>;
  /** Newest first. */
  readonly rejected: () => Promise<readonly RejectedRecord[]>;
  /** Accepted hooks that wait for the queue, oldest first. */
  readonly spooled: () => Promise<readonly Pick<ListedHook, 'id' | 'receivedAt'>[]>;
  /** The body as it came: of a chat, rejected or spooled. Undefined if it is not there, or not any more. */
  readonly bodyOf: (id: string) => Promise<Uint8Array | undefined>;
  /** Sends a chat or a rejected body again, or puts a spooled one on the queue. */
  readonly replay: (id: string) => Promise<Replay>;
  /** Kills deliver's processes in the middle of what they do. */
  readonly killDeliver: () => Promise<void>;
};

/** The chat that is on its way again, if any, and a sentence for the person who asked. */
export type Replay = { readonly conversationId: string | undefined; readonly words: string };
