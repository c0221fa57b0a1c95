import { type Delivery, restart } from '../delivering/ledger.ts';
import type { EnqueueFor, Ledger } from '../delivering/ports.ts';

export type ReplayDependencies = {
  readonly ledger: Pick<Ledger, 'write'>;
  /** The newest copy as it came; undefined where it is not kept any more. */
  readonly readBody: (conversationId: string) => Promise<StoredHook | undefined>;
  readonly enqueue: EnqueueFor;
  readonly now: () => Date;
};

export type StoredHook = { readonly body: string; readonly receivedAt: Date };

export type Replayed = {
  /** The destinations that it is on its way to again. */
  readonly sent: readonly string[];
  readonly left: readonly Left[];
};

/** A delivery that was not touched; `why` completes a sentence that begins with it. */
export type Left = { readonly destination: string; readonly why: string };

/**
 * Sends a recorded conversation again to the destinations of the deliveries given, and to no other. Safe to repeat, and
 * to do while it is being delivered: a delivery that is not as it was seen is left alone. Whoever dies between the
 * ledger and the queue leaves a pending delivery, which the sweep puts on the queue.
 * @throws what the stores and the queue throw
 */
export function createReplay({ ledger, readBody, enqueue, now }: ReplayDependencies) {
  const setBack = async (conversationId: string, seen: Delivery): Promise<Left | undefined> => {
    const { destination } = seen;
    const restarted = restart(seen, now());
    if (restarted.kind === 'left') return { destination, why: restarted.why };
    if (await ledger.write(conversationId, restarted.delivery)) return undefined;
    return { destination, why: 'has changed while this was looking at it' };
  };

  return async (conversationId: string, seen: readonly Delivery[]): Promise<Replayed> => {
    const stored = await readBody(conversationId);
    if (stored === undefined) {
      return { sent: [], left: seen.map(({ destination }) => ({ destination, why: 'is of a chat that is gone' })) };
    }
    const results = await Promise.all(seen.map((each) => setBack(conversationId, each)));
    const sent = seen.filter((_, index) => results[index] === undefined).map(({ destination }) => destination);
    if (sent.length > 0) await enqueue(stored.body, stored.receivedAt, sent);
    return { sent, left: results.filter((each) => each !== undefined) };
  };
}
