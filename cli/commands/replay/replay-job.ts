import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import type { EnqueueChat, Ledger } from '../../../lambda/delivery/ports.ts';
import { requeue } from '../../../lambda/delivery/state-machine.ts';
import { createOpenMessage, type OpenMessage } from '../../../lambda/queue/envelope.ts';
import { createEnqueue } from '../../../lambda/queue/queue.ts';
import type { Refused, Validate } from '../../../lambda/receive/ports.ts';
import { decodeBody } from '../../../lambda/receive/request.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { createGetClaimCheck, createPutClaimCheck } from '../../../lambda/store/claim-check.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createRejectedBodies, type RejectedBody } from '../../../lambda/store/rejected.ts';
import { createEnqueueChatOn, createIsStored } from '../../lib/bulk.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { canReplay, refusalText } from '../../lib/rejected.ts';
import type { Job } from './jobs.ts';

export type JobResult = {
  readonly id: string;
  /** Destinations; for a rejected body, the chat's id. */
  readonly sent: readonly string[];
  readonly left: readonly { readonly destination: string | null; readonly why: string }[];
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
    validate: validateHook,
    open: createOpenMessage(createGetClaimCheck(table)),
    enqueue: createEnqueue({ sqs, queueUrl: outputs.QueueUrl, putClaimCheck: createPutClaimCheck(table, now) }),
    enqueueChat,
  });

  return async ({ id, deliveries }) => {
    if (deliveries.length === 0) return rejectedResult(id, await replayRejected(id));
    const present = deliveries.filter(({ destination }) => Object.hasOwn(destinations, destination));
    const gone = deliveries.filter((delivery) => !present.includes(delivery));
    const { sent, left } = await replay(id, present);
    const leftAlone = gone.map(({ destination }) => ({
      destination,
      why: 'belongs to a destination that no longer exists',
    }));
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
      return leave('no longer exists', false);
    case 'refused': {
      const why = refusalText(replayed.refused);
      if (!canReplay(replayed.refused)) return leave(`is refused by every release: ${why}`, false);
      return leave(`is refused by this release too: ${why}`, true);
    }
  }
}

export type ReplayDependencies = {
  readonly ledger: Pick<Ledger, 'write'>;
  readonly isStored: (conversationId: string) => Promise<boolean>;
  readonly enqueueChat: EnqueueChat;
  readonly now: () => Date;
};

export type Replayed = {
  readonly sent: readonly string[];
  readonly left: readonly Left[];
};

export type Left = { readonly destination: string; readonly why: string };

/**
 * Sends a stored conversation to the destinations of the given deliveries again. Safe to repeat, even during a
 * delivery: deliveries that have changed are left alone. A crash between ledger and queue leaves a pending delivery,
 * which the sweep puts on the queue.
 */
export function createReplay({ ledger, isStored, enqueueChat, now }: ReplayDependencies) {
  const setBack = async (conversationId: string, seen: Delivery): Promise<Left | undefined> => {
    const { destination } = seen;
    const result = requeue(seen, now());
    if (result.kind === 'refused') return { destination, why: result.why };
    if (await ledger.write(conversationId, result.delivery)) return undefined;
    return { destination, why: 'has changed in the meantime' };
  };

  return async (conversationId: string, seen: readonly Delivery[]): Promise<Replayed> => {
    if (!(await isStored(conversationId))) {
      return {
        sent: [],
        left: seen.map(({ destination }) => ({ destination, why: 'belongs to a chat that no longer exists' })),
      };
    }
    const results = await Promise.all(seen.map((each) => setBack(conversationId, each)));
    const sent = seen.filter((_, index) => results[index] === undefined).map(({ destination }) => destination);
    if (sent.length > 0) await enqueueChat(conversationId, sent);
    return { sent, left: results.filter((each) => each !== undefined) };
  };
}

export type ReplayRejectedDependencies = {
  readonly read: (id: string) => Promise<RejectedBody | undefined>;
  readonly validate: Validate;
  readonly open: OpenMessage;
  readonly enqueue: (body: string, receivedAt: Date) => Promise<void>;
  readonly enqueueChat: (conversationId: string, destinations: readonly string[]) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
};

export type ReplayedRejected =
  | { readonly kind: 'sent'; readonly conversationId: string }
  | { readonly kind: 'refused'; readonly refused: Omit<Refused, 'ok'> }
  | { readonly kind: 'unknown' };

/**
 * Sends a rejected body through again, as if it had just arrived; what is still refused stays. Safe to repeat: if it is
 * on the queue and not yet removed, it is the same chat twice.
 */
export function createReplayRejected(dependencies: ReplayRejectedDependencies) {
  const { read, validate, open, enqueue, enqueueChat, remove } = dependencies;

  return async (id: string): Promise<ReplayedRejected> => {
    const rejected = await read(id);
    if (rejected === undefined) return { kind: 'unknown' };
    const decoded = await decodeBody({ body: Buffer.from(rejected.body).toString('base64'), isBase64Encoded: true });
    if (!decoded.ok && decoded.reason === 'too-large') return { kind: 'refused', refused: { ...decoded, faults: [] } };
    // What is not UTF-8 is taken now, as well as it can be read: somebody asked for it.
    const { text } = decoded;
    // It is a body, or a message that deliver could not open.
    const opened =
      rejected.reason === 'no-envelope'
        ? await open(text)
        : ({ kind: 'hook', body: text, receivedAt: rejected.receivedAt } as const);
    if (opened.kind === 'unreadable') return { kind: 'refused', refused: { ...opened, faults: [] } };
    if (opened.kind === 'chat') {
      await enqueueChat(opened.conversationId, opened.destinations);
      await remove(id);
      return { kind: 'sent', conversationId: opened.conversationId };
    }
    const validated = validate(opened.body);
    if (!validated.ok) return { kind: 'refused', refused: validated };
    await enqueue(opened.body, opened.receivedAt);
    await remove(id);
    return { kind: 'sent', conversationId: validated.conversationId };
  };
}
