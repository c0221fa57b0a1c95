import type { SQSBatchResponse } from 'aws-lambda';
import { hasTime } from '../delivery/time-left.ts';
import { errorFields, type Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { type Batch, NotLeased, type Received, type TimeLeft } from '../queue/queue.ts';
import { createHandleMessage, type HandleMessageDependencies, type Redelivery } from './handle-message.ts';

export type BatchDependencies = {
  /** Undefined for a message that is done. */
  readonly deliver: (messages: readonly string[], deadline: Date) => readonly Promise<Redelivery | undefined>[];
  readonly lease: (receiptHandles: readonly string[], until: Date) => Promise<void>;
  readonly defer: (receiptHandle: string, until: Date) => Promise<void>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'flush'>;
  readonly now: () => Date;
};

/** Messages return just after the ledger's leases have run out. */
const graceMs = 2000;
const firstStoreRetryMs = 10_000;
const maxStoreRetryMs = 15 * 60_000;
/** Short waits add up: after so many receives the ledger is the timer. The dead-letter queue comes after 50. */
const maxReceives = 10;

export const isLeftToLedger = ({ isListed }: Redelivery, receives: number) => isListed && receives >= maxReceives;

/** The receives of a chat that a CRM has refused before count as well, so the waits grow slowly. */
const storeRetryMs = (receives: number) => Math.min(firstStoreRetryMs * 1.5 ** (receives - 1), maxStoreRetryMs);

/** Thrown so that Lambda counts an error and polls less: nothing of the batch could be handled. */
class BatchFailed extends Error {
  override readonly name = 'BatchFailed';
  constructor(count: number) {
    super(`None of the ${count} messages could be handled. They come back: see the lines "message failed".`);
  }
}

/** Powertools' batch processor would add a twentieth to deliver's code for two of these lines. */
export function createBatchHandler({ deliver, lease, defer, log, metrics, now }: BatchDependencies) {
  return async (event: Batch, context: TimeLeft): Promise<SQSBatchResponse> => {
    const deadline = new Date(now().getTime() + context.getRemainingTimeInMillis());
    const handles = event.Records.map(({ receiptHandle }) => receiptHandle);
    // If this process dies, its messages return then, long before the queue's own visibility timeout.
    const leased = lease(handles, new Date(deadline.getTime() + graceMs)).catch((error: unknown) => {
      const of = { messages: handles.length, notLeased: error instanceof NotLeased ? error.count : handles.length };
      log.warn('messages could not be leased', { ...of, ...errorFields(error) });
    });
    const deliveries = deliver(
      event.Records.map(({ body }) => body),
      deadline,
    );

    let failed = 0;
    /** Whether the message may leave the queue. If not, it stays hidden until it is due. */
    const isDone = async ({ receiptHandle, messageId, attributes }: Received, at: number): Promise<boolean> => {
      const delivery = deliveries[at];
      if (delivery === undefined) return false;
      const receives = Number(attributes.ApproximateReceiveCount);
      const redelivery = await delivery.catch((error: unknown) => {
        failed += 1;
        log.error('message failed', { messageId, ...errorFields(error) });
        return { at: new Date(now().getTime() + storeRetryMs(receives)), isListed: false };
      });
      // The later of the two visibility changes wins, so wait for the first.
      await leased;
      if (redelivery === undefined || isLeftToLedger(redelivery, receives)) return true;
      // If this fails, the message returns when the lease ends.
      await defer(receiptHandle, redelivery.at).catch(() => {});
      return false;
    };

    try {
      const done = await Promise.all(event.Records.map(isDone));
      if (failed === event.Records.length) throw new BatchFailed(failed);
      const left = event.Records.filter((_, at) => !done[at]);
      return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    } finally {
      metrics.flush();
    }
  };
}

export type DeliverDependencies = HandleMessageDependencies & {
  /** Whether a message may be so large that it must be handled alone. */
  readonly isHeavy: (message: string) => boolean;
};

/**
 * Handles a batch's messages side by side. Large messages, and those during which a process died, follow one at a time,
 * so that a crash affects nothing else. A promise rejects with what the store throws.
 */
export function createDeliver(dependencies: DeliverDependencies) {
  const { isHeavy, now } = dependencies;

  return (messages: readonly string[], deadline: Date): readonly Promise<Redelivery | undefined>[] => {
    const participants = messages.filter((message) => !isHeavy(message)).length;
    const handle = createHandleMessage(dependencies, { participants, deadline, isIsolated: false });
    const handled = messages.map((message) => (isHeavy(message) ? isolate : handle(message)));

    const handleIsolated = async (message: string): Promise<Redelivery | undefined> => {
      const atOnce = { at: now(), isListed: false };
      if (!hasTime('toBegin', deadline, now())) return atOnce;
      const visit = await createHandleMessage(dependencies, { participants: 1, deadline, isIsolated: true })(message);
      return visit === 'isolate' ? atOnce : visit;
    };
    let previous: Promise<unknown> = Promise.allSettled(handled);
    return messages.map(async (message, at) => {
      const visit = await handled[at];
      if (visit !== 'isolate') return visit;
      const turn = previous.then(() => handleIsolated(message));
      previous = turn.catch(() => {});
      return turn;
    });
  };
}

const isolate = Promise.resolve('isolate' as const);
