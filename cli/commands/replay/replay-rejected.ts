import type { OpenMessage } from '../../../lambda/queue/envelope.ts';
import { decodeBody } from '../../../lambda/receiving/decode.ts';
import type { Recognise, Refused } from '../../../lambda/receiving/ports.ts';
import type { RejectedBody } from '../../../lambda/store/rejected-bodies.ts';

export type ReplayRejectedDependencies = {
  readonly read: (id: string) => Promise<RejectedBody | undefined>;
  readonly recognise: Recognise;
  readonly open: OpenMessage;
  readonly enqueue: (body: string, receivedAt: Date) => Promise<void>;
  readonly enqueueChat: (conversationId: string, destinations: readonly string[]) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
};

export type ReplayedRejected =
  | { readonly kind: 'sent'; readonly conversationId: string }
  /** This release refuses it too. */
  | { readonly kind: 'refused'; readonly refused: Omit<Refused, 'ok'> }
  | { readonly kind: 'unknown' };

/**
 * Sends a body that was rejected through again, as if it came now, for a release that takes it. What is still refused
 * stays where it is. Safe to repeat: one that is on the queue and not yet removed is the same chat twice.
 * @throws what the stores and the queue throw
 */
export function createReplayRejected(dependencies: ReplayRejectedDependencies) {
  const { read, recognise, open, enqueue, enqueueChat, remove } = dependencies;

  return async (id: string): Promise<ReplayedRejected> => {
    const rejected = await read(id);
    if (rejected === undefined) return { kind: 'unknown' };
    const decoded = decodeBody({ body: Buffer.from(rejected.body).toString('base64'), isBase64Encoded: true });
    if (!decoded.ok) return { kind: 'refused', refused: notText };
    // It is either a body, or a message that deliver could not open.
    const opened =
      rejected.reason === 'no-envelope'
        ? await open(decoded.text)
        : ({ kind: 'hook', body: decoded.text, receivedAt: rejected.receivedAt } as const);
    if (opened.kind === 'unreadable') return { kind: 'refused', refused: { ...opened, faults: [] } };
    if (opened.kind === 'chat') {
      await enqueueChat(opened.conversationId, opened.destinations);
      await remove(id);
      return { kind: 'sent', conversationId: opened.conversationId };
    }
    const recognised = recognise(opened.body);
    if (!recognised.ok) return { kind: 'refused', refused: recognised };
    await enqueue(opened.body, opened.receivedAt);
    await remove(id);
    return { kind: 'sent', conversationId: recognised.conversationId };
  };
}

const notText = { reason: 'not-utf-8', detail: 'The body is not UTF-8 text.', faults: [] };
