import { restart } from './ledger.ts';
import type { EnqueueFor, Ledger, ReadBody, VisitorChat } from './ports.ts';

export type HeldDependencies = {
  readonly ledger: Ledger;
  readonly readBody: ReadBody;
  readonly enqueue: EnqueueFor;
  readonly now: () => Date;
};

/**
 * Puts those of a visitor's chats back on the queue that are held, if they can be recognised by now. Called both after a
 * chat that tells who they are, with the chats that were there as soon as it was, and after one was held, with those that
 * are there by then: of two at the same moment, the one that comes to be known later sees the other.
 * Safe to repeat. Whoever dies between the ledger and the queue leaves a pending delivery, which the sweep puts there.
 */
export function createReleaseHeld({ ledger, readBody, enqueue, now }: HeldDependencies) {
  const reopen = async (conversationId: string, destination: string): Promise<boolean> => {
    const delivery = await ledger.read(conversationId, destination);
    if (delivery?.state !== 'held') return false;
    const restarted = restart(delivery, now());
    return restarted.kind === 'restarted' && ledger.write(conversationId, restarted.delivery);
  };

  return async (chats: readonly VisitorChat[], destinations: readonly string[]): Promise<void> => {
    const nameless = chats.filter(({ email, phone }) => email === null && phone === null);
    if (nameless.length === chats.length) return;
    for (const { conversationId } of nameless) {
      const reopened = await Promise.all(destinations.map((destination) => reopen(conversationId, destination)));
      const awaited = destinations.filter((_, at) => reopened[at]);
      const stored = awaited.length > 0 ? await readBody(conversationId) : undefined;
      if (stored !== undefined) await enqueue(stored.body, stored.receivedAt, awaited);
    }
  };
}
