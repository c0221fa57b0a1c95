import { createOpenMessage } from '../lambda/queue/envelope.ts';
import { createEnqueue, createEnqueueChat } from '../lambda/queue/queue.ts';
import { isHopeless } from '../lambda/replaying/hopeless.ts';
import { createReplay } from '../lambda/replaying/replay.ts';
import { createReplayRejected, type ReplayedRejected } from '../lambda/replaying/replay-rejected.ts';
import { recogniseHook } from '../lambda/smartsupp/recognise.ts';
import { createLoadChat } from '../lambda/store/conversations.ts';
import { createLedger } from '../lambda/store/ledger.ts';
import { createGetOverflow, createPutOverflow } from '../lambda/store/overflow.ts';
import { createRejectedBodies } from '../lambda/store/rejected-bodies.ts';
import type { Deployment } from './deployment/deployment.ts';
import type { Job } from './replay-jobs.ts';
import { refusalText } from './rows.ts';

export type JobResult = {
  readonly id: string;
  /** The destinations that it is on its way to; for a body that was rejected, the chat that it is. */
  readonly sent: readonly string[];
  readonly left: readonly { readonly destination: string | null; readonly why: string }[];
  /** It needs somebody to look at it again. */
  readonly failed: boolean;
};

/** Puts stored chats on the deployment's queue. */
export const createEnqueueChatOn = ({ sqs, outputs }: Deployment) =>
  createEnqueueChat({ sqs, queueUrl: outputs.QueueUrl });

/** Whether a chat is kept, and was not erased. */
export function createIsStored({ table }: Pick<Deployment, 'table'>) {
  const load = createLoadChat(table);
  return async (conversationId: string): Promise<boolean> => {
    const stored = await load(conversationId);
    return stored !== undefined && stored !== 'erased';
  };
}

export function createReplayJob(deployment: Deployment): (job: Job) => Promise<JobResult> {
  const { table, destinations, sqs, outputs } = deployment;
  const enqueueChat = createEnqueueChatOn(deployment);
  const { retentionDays } = deployment.config();
  const ledger = createLedger(table, { retentionDays, now });
  const replay = createReplay({ ledger, isStored: createIsStored(deployment), enqueueChat, now });
  const replayRejected = createReplayRejected({
    ...createRejectedBodies(table),
    recognise: recogniseHook,
    open: createOpenMessage(createGetOverflow(table)),
    enqueue: createEnqueue({ sqs, queueUrl: outputs.QueueUrl, putOverflow: createPutOverflow(table, now) }),
    enqueueChat,
  });

  return async ({ id, deliveries }) => {
    if (deliveries.length === 0) return rejectedResult(id, await replayRejected(id));
    // Somebody else being at it, or done with it, is as good as being sent.
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
      if (isHopeless(replayed.refused)) return leave(`is refused by every release: ${why}`, false);
      return leave(`is refused by this release too: ${why}`, true);
    }
  }
}
