import { type Delivery, requeue } from '../../../lambda/delivery/delivery.ts';
import type { EnqueueChat, Ledger } from '../../../lambda/delivery/ports.ts';

export type ReplayDependencies = {
  readonly ledger: Pick<Ledger, 'write'>;
  /** Whether the chat is kept still. */
  readonly isStored: (conversationId: string) => Promise<boolean>;
  readonly enqueueChat: EnqueueChat;
  readonly now: () => Date;
};

export type Replayed = {
  /** The destinations that it is on its way to again. */
  readonly sent: readonly string[];
  readonly left: readonly Left[];
};

/** A delivery that was not touched; `why` completes a sentence that begins with it. */
export type Left = { readonly destination: string; readonly why: string };

/**
 * Sends a stored conversation again to the destinations of the deliveries given, and to no other. Safe to repeat, and to
 * do while it is being delivered: a delivery that is not as it was seen is left alone. A process that dies between the
 * ledger and the queue leaves a pending delivery, which the sweep puts on the queue.
 * @throws what the stores and the queue throw
 */
export function createReplay({ ledger, isStored, enqueueChat, now }: ReplayDependencies) {
  const setBack = async (conversationId: string, seen: Delivery): Promise<Left | undefined> => {
    const { destination } = seen;
    const result = requeue(seen, now());
    if (result.kind === 'refused') return { destination, why: result.why };
    if (await ledger.write(conversationId, result.delivery)) return undefined;
    return { destination, why: 'has changed while this was looking at it' };
  };

  return async (conversationId: string, seen: readonly Delivery[]): Promise<Replayed> => {
    if (!(await isStored(conversationId))) {
      return { sent: [], left: seen.map(({ destination }) => ({ destination, why: 'is of a chat that is gone' })) };
    }
    const results = await Promise.all(seen.map((each) => setBack(conversationId, each)));
    const sent = seen.filter((_, index) => results[index] === undefined).map(({ destination }) => destination);
    if (sent.length > 0) await enqueueChat(conversationId, sent);
    return { sent, left: results.filter((each) => each !== undefined) };
  };
}
