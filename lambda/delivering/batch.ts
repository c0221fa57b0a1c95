import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Log } from '../platform/logger.ts';

export type BatchDependencies = {
  /** @returns when to hand the message out again, or undefined when it is done with */
  readonly deliver: (message: string, deadline: Date) => Promise<Date | undefined>;
  /** Hides the batch's messages until then, from now. */
  readonly lease: (receiptHandles: readonly string[], until: Date) => Promise<void>;
  readonly defer: (receiptHandle: string, until: Date) => Promise<void>;
  readonly log: Log;
  readonly now: () => Date;
};

/** Longer than the leases in the ledger, so that who comes back finds them run out. */
const graceMs = 2000;

/** Not a failure: the message stays on the queue, out of sight until it is due. */
class Deferred extends Error {
  override readonly name = 'Deferred';
}

/**
 * A batch from the queue. Each message succeeds, is deferred or fails by itself; only the first kind leaves the queue.
 */
export function createBatchHandler({ deliver, lease, defer, log, now }: BatchDependencies) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const deadline = new Date(now().getTime() + context.getRemainingTimeInMillis());
    const handles = event.Records.map(({ receiptHandle }) => receiptHandle);
    await lease(handles, new Date(deadline.getTime() + graceMs)).catch((error: unknown) => {
      // Only slower: the queue's own time holds.
      log.warn('messages could not be leased', { error: error instanceof Error ? error.name : typeof error });
    });
    const processor = new BatchProcessor(EventType.SQS);

    const handleRecord = async ({ body, receiptHandle, messageId }: SQSRecord): Promise<void> => {
      const until = await deliver(body, deadline).catch((error: unknown) => {
        // Only the name: the message of an error that is not ours may hold what a visitor typed.
        log.error('message failed', { messageId, error: error instanceof Error ? error.name : typeof error });
        throw error;
      });
      if (until === undefined) return;
      await defer(receiptHandle, until);
      throw new Deferred(messageId);
    };

    return processPartialResponse(event, handleRecord, processor, { context, throwOnFullBatchFailure: false });
  };
}
