import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { InvocationResult } from '../lambda/function.ts';
import type { MappingDefinition } from '../template/definitions.ts';
import { batches, handledIds, maxRecordsBytes, sizeOf, sqsRecord } from './batch.ts';

/** The longest that SQS lets a receive wait, in seconds. */
const longPoll = 20;
/** The most that SQS gives or deletes at once. */
const maxMessages = 10;
/** Where the queue cannot be reached: it is being started again. */
const retryAfter = 500;
/** Between two receives of one batch, where the first did not give all that it could. */
const pause = 100;
/** For how long a batch is held where others wait all the time. */
const maxCourtesyMs = 2000;

export type Poller = {
  /** Stops receiving at once, and resolves when what was received has been handled. */
  readonly stop: () => Promise<void>;
};

type PollerOptions = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly mapping: MappingDefinition;
  /** The function, and how many invocations of it can run at once. */
  readonly invoke: (event: string) => Promise<InvocationResult>;
  readonly concurrency: number;
  /** Whether there is something that goes first: until there is not, or for two seconds, a batch is held. */
  readonly othersWait?: () => boolean;
};

/** An event source mapping: feeds the queue's messages to the function in batches, as Lambda does. */
export function startPoller({
  sqs,
  queueUrl,
  mapping,
  invoke,
  concurrency,
  othersWait = () => false,
}: PollerOptions): Poller {
  const { batchSize, windowSeconds, queueArn, reportsItemFailures } = mapping;
  const maxRunning = Math.min(concurrency, mapping.maxConcurrency ?? concurrency);
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  const receive = async (maxSize: number, WaitTimeSeconds: number): Promise<readonly Message[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(maxSize, maxMessages),
        WaitTimeSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      // Only when the stack ends: the embedded server gives a message even to a request that was given up, and nobody
      // would see it until its visibility timeout is over.
      { abortSignal: stopping.signal },
    );
    return Messages;
  };

  /**
   * Waits for a first message, then until the batch is full, by number or by size, or its window is over.
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching
   */
  const gather = async (): Promise<readonly SQSRecord[]> => {
    const records: SQSRecord[] = [];
    let bytes = 0;
    const take = (messages: readonly Message[]) => {
      for (const record of messages.map((message) => sqsRecord(message, queueArn))) {
        records.push(record);
        bytes += sizeOf(record);
      }
      return messages.length;
    };
    let taken = take(await receive(batchSize, longPoll));
    const end = Date.now() + windowSeconds * 1000;
    const left = () => Math.max(0, end - Date.now());
    while (records.length > 0 && records.length < batchSize && bytes < maxRecordsBytes && left() > 0) {
      // What comes in the meantime then comes at once, and not in as many answers as there are messages.
      if (taken < maxMessages) await sleep(Math.min(pause, left()));
      const more = await receive(batchSize - records.length, left() / 1000).catch(() => undefined);
      if (!more) break;
      taken = take(more);
    }
    return records;
  };

  const handle = async (records: readonly SQSRecord[]): Promise<void> => {
    const result = await invoke(JSON.stringify({ Records: records }));
    const ids = records.map(({ messageId }) => messageId);
    const handled = new Set(handledIds(result, ids, reportsItemFailures));
    const entries = records
      .filter(({ messageId }) => handled.has(messageId))
      .map(({ messageId, receiptHandle }) => ({ Id: messageId, ReceiptHandle: receiptHandle }));
    for (let start = 0; start < entries.length; start += maxMessages) {
      const Entries = entries.slice(start, start + maxMessages);
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  };

  /** A batch that was handled but could not be deleted comes again: that is SQS's promise, at least once. */
  const run = (records: readonly SQSRecord[]) => {
    const task: Promise<void> = handle(records)
      .catch(() => {})
      .finally(() => running.delete(task));
    running.add(task);
  };

  const roomToRun = async () => {
    while (running.size >= maxRunning) await Promise.race(running);
  };

  const letOthersGoFirst = async () => {
    const end = Date.now() + maxCourtesyMs;
    while (othersWait() && Date.now() < end && !stopping.signal.aborted) await sleep(20);
  };

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await roomToRun();
        for (const batch of batches(await gather(), batchSize)) {
          await letOthersGoFirst();
          await roomToRun();
          run(batch);
        }
      } catch {
        if (!stopping.signal.aborted) await new Promise((resolve) => setTimeout(resolve, retryAfter));
      }
    }
  };
  const polling = poll();

  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}
