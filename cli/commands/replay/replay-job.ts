import { type Delivery, requeue } from '../../../lambda/delivery/delivery.ts';
import type { EnqueueChat, Ledger } from '../../../lambda/delivery/ports.ts';
import { createOpenMessage, type OpenMessage } from '../../../lambda/queue/envelope.ts';
import { createEnqueue } from '../../../lambda/queue/queue.ts';
import { decodeBody } from '../../../lambda/receive/decode.ts';
import type { Recognise, Refused } from '../../../lambda/receive/ports.ts';
import { recogniseHook } from '../../../lambda/smartsupp/recognise.ts';
import { createGetClaimCheck, createPutClaimCheck } from '../../../lambda/store/claim-check.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createRejectedBodies, type RejectedBody } from '../../../lambda/store/rejected-bodies.ts';
import { createEnqueueChatOn, createIsStored } from '../../lib/bulk.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { canReplay, refusalText } from '../../lib/rejected.ts';
import type { Job } from './jobs.ts';

export type JobResult = {
  readonly id: string;
  /** The destinations that it is on its way to; for a body that was rejected, the chat that it is. */
  readonly sent: readonly string[];
  readonly left: readonly { readonly destination: string | null; readonly why: string }[];
  /** It needs somebody to look at it again. */
  readonly failed: boolean;
};

export function createReplayJob(deployment: Deployment): (job: Job) => Promise<JobResult> {
  const { table, destinations, sqs, outputs } = deployment;
  const enqueueChat = createEnqueueChatOn(deployment);
  const { retentionDays } = deployment.config();
  const ledger = createLedger(table, { retentionDays, now });
  const replay = createReplay({ ledger, isStored: createIsStored(deployment), enqueueChat, now });
  const replayRejected = createReplayRejected({
    ...createRejectedBodies(table),
    recognise: recogniseHook,
    open: createOpenMessage(createGetClaimCheck(table)),
    enqueue: createEnqueue({ sqs, queueUrl: outputs.QueueUrl, putClaimCheck: createPutClaimCheck(table, now) }),
    enqueueChat,
  });

  return async ({ id, deliveries }) => {
    if (deliveries.length === 0) return rejectedResult(id, await replayRejected(id));
    const present = deliveries.filter(({ destination }) => Object.hasOwn(destinations, destination));
    const gone = deliveries.filter((delivery) => !present.includes(delivery));
    const { sent, left } = await replay(id, present);
    const leftAlone = gone.map(({ destination }) => ({ destination, why: 'is of a destination that is gone' }));
    return { id, sent, left: [...left, ...leftAlone], failed: false };
  };
}

const now = () => new Date();

function rejectedResult(id: string, replayed: ReplayedRejected): JobResult {
  const leave = (why: string, failed: boolean) => ({ id, sent: [], left: [{ destination: null, why }], failed });
  switch (replayed.kind) {
    case 'sent':
      return { id, sent: [replayed.conversationId], left: [], failed: false };
    case 'unknown':
      return leave('is not there any more', false);
    case 'refused': {
      const why = refusalText(replayed.refused);
      if (!canReplay(replayed.refused)) return leave(`is refused by every release: ${why}`, false);
      return leave(`is refused by this release too: ${why}`, true);
    }
  }
}

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
 * Sends a stored conversation again, only to the destinations of the given deliveries. Safe to repeat, also during a
 * delivery: one that has changed since it was seen is left alone. A crash between ledger and queue leaves a pending
 * delivery, which the sweep puts on the queue.
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
    const decoded = await decodeBody({ body: Buffer.from(rejected.body).toString('base64'), isBase64Encoded: true });
    if (!decoded.ok) return { kind: 'refused', refused: { ...decoded, faults: [] } };
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
