import { reopen } from './ledger.ts';
import type { ChatsOf, Ledger, ReadBody } from './ports.ts';

export type HeldDependencies = {
  readonly chatsOf: ChatsOf;
  readonly ledger: Ledger;
  readonly readBody: ReadBody;
  readonly enqueue: (body: string, receivedAt: Date) => Promise<void>;
  readonly now: () => Date;
};

/**
 * Puts a visitor's held chats back on the queue, if they can be recognised by now. Called both after a chat that tells who
 * they are and after one was held, so that of two at the same moment the later sees the earlier.
 * Safe to repeat: what is enqueued and settled already is settled again at once.
 */
export function createReleaseHeld({ chatsOf, ledger, readBody, enqueue, now }: HeldDependencies) {
  return async (visitorId: string, destinations: readonly string[]): Promise<void> => {
    const chats = await chatsOf(visitorId);
    if (chats.every(({ email }) => email === null)) return;
    for (const { conversationId } of chats.filter(({ email }) => email === null)) {
      const reopened = await Promise.all(
        destinations.map(async (destination) => {
          const delivery = await ledger.read(conversationId, destination);
          return delivery?.state === 'held' && (await ledger.write(conversationId, reopen(delivery, now())));
        }),
      );
      const stored = reopened.some(Boolean) ? await readBody(conversationId) : undefined;
      if (stored !== undefined) await enqueue(stored.body, stored.receivedAt);
    }
  };
}
