import {
  createReplay,
  createReplayRejected,
  type ReplayedRejected,
  validateBody,
} from '../../../inspector/forwarder/replay.ts';
import { createOpenMessage } from '../../../lambda/queue/envelope.ts';
import { createEnqueue, createSend } from '../../../lambda/queue/queue.ts';
import { createGetClaimCheck, createPutClaimCheck } from '../../../lambda/store/claim-check.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createRejectedBodies } from '../../../lambda/store/rejected.ts';
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
    validate: validateBody,
    open: createOpenMessage(createGetClaimCheck(table)),
    enqueue: createEnqueue({ sqs, queueUrl: outputs.QueueUrl, putClaimCheck: createPutClaimCheck(table, now) }),
    enqueueChat,
    requestFetch:
      outputs.FetchQueueUrl === undefined ? undefined : createSend({ sqs, queueUrl: outputs.FetchQueueUrl }),
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
