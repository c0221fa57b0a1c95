import type { SQSBatchResponse } from 'aws-lambda';
import { errorFields, type Log } from '../platform/logger.ts';
import type { Batch, Received, TimeLeft } from '../queue/queue.ts';
import type { Fetched } from './fetch.ts';

export type BatchDependencies = {
  readonly fetch: (message: string, receives: number) => Promise<Fetched>;
  readonly lease: (receiptHandles: readonly string[], until: Date) => Promise<void>;
  readonly defer: (receiptHandle: string, until: Date) => Promise<void>;
  readonly log: Log;
  readonly now: () => Date;
};

const firstRetryMs = 10_000;
const maxRetryMs = 60 * 60_000;
/** The longest that SQS hides a message. */
const maxVisibilityMs = 12 * 60 * 60_000 - 60_000;
const graceMs = 2_000;
/** Long enough for a conversation of a few pages. */
const minTimeLeftMs = 20_000;
/** An alarm reports a message that waits longer. */
const lateMs = 60 * 60_000;

export function retryDelayMs(receives: number, retryAfterMs = 0): number {
  const own = Math.min(firstRetryMs * 2 ** (receives - 1), maxRetryMs);
  return Math.min(Math.max(own, retryAfterMs), maxVisibilityMs);
}

/**
 * Handles messages one after the other, because Smartsupp limits calls. The same request twice is fetched once; after a
 * failure that concerns all conversations, the rest waits too.
 */
export function createBatchHandler({ fetch, lease, defer, log, now }: BatchDependencies) {
  return async (event: Batch, context: TimeLeft): Promise<SQSBatchResponse> => {
    const deadline = now().getTime() + context.getRemainingTimeInMillis();
    const handles = event.Records.map(({ receiptHandle }) => receiptHandle);
    // If this process dies, its messages return then, long before the queue's own visibility timeout.
    await lease(handles, new Date(deadline + graceMs)).catch((error: unknown) => {
      log.warn('messages could not be leased', errorFields(error));
    });
    const results = new Map<string, Fetched>();
    let failed = 0;
    let pause: Exclude<Fetched, 'done'> | undefined;

    const handle = async ({ body, messageId, attributes }: Received): Promise<Fetched> => {
      if (deadline - now().getTime() < minTimeLeftMs) return { isForAll: true };
      try {
        return await fetch(body, Number(attributes.ApproximateReceiveCount));
      } catch (error) {
        failed += 1;
        log.error('message failed', { messageId, ...errorFields(error) });
        return { isForAll: false };
      }
    };

    const left: Received[] = [];
    for (const record of event.Records) {
      const fetched = results.get(record.body) ?? pause ?? (await handle(record));
      results.set(record.body, fetched);
      if (fetched === 'done') continue;
      if (fetched.isForAll) pause = fetched;
      left.push(record);
      await putOff(record, fetched.retryAfterMs);
    }
    if (failed === event.Records.length) throw new BatchFailed(failed);
    return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

  async function putOff({ messageId, receiptHandle, attributes }: Received, retryAfterMs: number | undefined) {
    const waitedMs = now().getTime() - Number(attributes.SentTimestamp);
    // An alarm counts this log line.
    if (waitedMs > lateMs) log.error('fetch is late', { messageId, waitedMs });
    const delayMs = retryDelayMs(Number(attributes.ApproximateReceiveCount), retryAfterMs);
    // If this fails, the message returns when the lease ends.
    await defer(receiptHandle, new Date(now().getTime() + delayMs)).catch(() => {});
  }
}

/** Thrown so that Lambda counts an error and polls less: nothing of the batch could be handled. */
class BatchFailed extends Error {
  override readonly name = 'BatchFailed';
  constructor(count: number) {
    super(`None of the ${count} messages could be handled. They come back: see the lines "message failed".`);
  }
}
