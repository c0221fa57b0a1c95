import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';

export type BatchDependencies = {
  /** For each message when to hand it out again, or undefined when it is done with. */
  readonly deliver: (messages: readonly string[], deadline: Date) => readonly Promise<Date | undefined>[];
  /** Hides the batch's messages until then, from now. */
  readonly lease: (receiptHandles: readonly string[], until: Date) => Promise<void>;
  readonly defer: (receiptHandle: string, until: Date) => Promise<void>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'flush'>;
  readonly now: () => Date;
};

/** Longer than the leases in the ledger, so that who comes back finds them run out. */
const graceMs = 2000;

/** A store that did not answer is asked again so soon, and not only when the lease is over. */
const retryAfterMs = 10_000;

/** Not a failure: the message stays on the queue, out of sight until it is due. */
class Deferred extends Error {
  override readonly name = 'Deferred';
}

/**
 * A batch from the queue. Each message succeeds, is deferred or fails by itself; only the first kind leaves the queue.
 */
export function createBatchHandler({ deliver, lease, defer, log, metrics, now }: BatchDependencies) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const deadline = new Date(now().getTime() + context.getRemainingTimeInMillis());
    const handles = event.Records.map(({ receiptHandle }) => receiptHandle);
    await lease(handles, new Date(deadline.getTime() + graceMs)).catch((error: unknown) => {
      // Only slower: the queue's own time holds.
      log.warn('messages could not be leased', { error: error instanceof Error ? error.name : typeof error });
    });
    const processor = new BatchProcessor(EventType.SQS);
    const bodies = event.Records.map(({ body }) => body);
    const deliveries = new Map(deliver(bodies, deadline).map((delivery, at) => [handles[at], delivery] as const));

    const handleRecord = async ({ receiptHandle, messageId }: SQSRecord): Promise<void> => {
      const until = await deliveries.get(receiptHandle)?.catch(async (error: unknown) => {
        // Only the name: the message of an error that is not ours may hold what a visitor typed.
        log.error('message failed', { messageId, error: error instanceof Error ? error.name : typeof error });
        await defer(receiptHandle, new Date(now().getTime() + retryAfterMs)).catch(() => undefined);
        throw error;
      });
      if (until === undefined) return;
      await defer(receiptHandle, until);
      throw new Deferred(messageId);
    };

    try {
      return await processPartialResponse(event, handleRecord, processor, { context, throwOnFullBatchFailure: false });
    } finally {
      metrics.flush();
    }
  };
}
