import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { errorFields, type Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';

export type BatchDependencies = {
  /** For each message, when to hand it out again; undefined when it is done. */
  readonly deliver: (messages: readonly string[], deadline: Date) => readonly Promise<Date | undefined>[];
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

const storeRetryMs = (receiveCount: number) => Math.min(firstStoreRetryMs * 2 ** (receiveCount - 1), maxStoreRetryMs);

/** Powertools' batch processor would add a twentieth to deliver's code for two of these lines. */
export function createBatchHandler({ deliver, lease, defer, log, metrics, now }: BatchDependencies) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const deadline = new Date(now().getTime() + context.getRemainingTimeInMillis());
    const handles = event.Records.map(({ receiptHandle }) => receiptHandle);
    // If this process dies, its messages return then, long before the queue's own visibility timeout.
    const leased = lease(handles, new Date(deadline.getTime() + graceMs)).catch((error: unknown) => {
      log.warn('messages could not be leased', errorFields(error));
    });
    const deliveries = deliver(
      event.Records.map(({ body }) => body),
      deadline,
    );

    /** Whether the message may leave the queue. If not, it stays hidden until it is due. */
    const isDone = async ({ receiptHandle, messageId, attributes }: SQSRecord, at: number): Promise<boolean> => {
      const delivery = deliveries[at];
      if (delivery === undefined) return false;
      const until = await delivery.catch((error: unknown) => {
        log.error('message failed', { messageId, ...errorFields(error) });
        return new Date(now().getTime() + storeRetryMs(Number(attributes.ApproximateReceiveCount)));
      });
      // The later of the two visibility changes wins, so wait for the first.
      await leased;
      if (until === undefined) return true;
      // If this fails, the message returns when the lease ends.
      await defer(receiptHandle, until).catch(() => {});
      return false;
    };

    try {
      const done = await Promise.all(event.Records.map(isDone));
      const left = event.Records.filter((_, at) => !done[at]);
      return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    } finally {
      metrics.flush();
    }
  };
}
