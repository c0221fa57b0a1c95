import type { Conversation } from '../conversation/model.ts';
import { restart } from './ledger.ts';
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
 * Safe to repeat. Whoever dies between the ledger and the queue leaves a pending delivery, which the sweep puts there.
 */
export function createReleaseHeld({ chatsOf, ledger, readBody, enqueue, now }: HeldDependencies) {
  const reopen = async (conversationId: string, destination: string): Promise<boolean> => {
    const delivery = await ledger.read(conversationId, destination);
    if (delivery?.state !== 'held') return false;
    const restarted = restart(delivery, now());
    return restarted.kind === 'restarted' && ledger.write(conversationId, restarted.delivery);
  };

  return async (conversation: Conversation, destinations: readonly string[]): Promise<void> => {
    const chats = await chatsOf(conversation);
    const nameless = chats.filter(({ email, phone }) => email === null && phone === null);
    if (nameless.length === chats.length) return;
    for (const { conversationId } of nameless) {
      const reopened = await Promise.all(destinations.map((destination) => reopen(conversationId, destination)));
      const stored = reopened.includes(true) ? await readBody(conversationId) : undefined;
      if (stored !== undefined) await enqueue(stored.body, stored.receivedAt);
    }
  };
}
