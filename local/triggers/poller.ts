import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { InvocationResult } from '../lambda/function.ts';
import type { MappingDefinition } from '../template/definitions.ts';
import { batches, handledIds, maxRecordsBytes, sizeOf, sqsRecord } from './batch.ts';

/** SQS's maximum, in seconds. */
const longPollSeconds = 20;
/** SQS's maximum for a receive and for a deletion. */
const maxMessages = 10;
/** After an error: the embedded server may be restarting. */
const retryAfterMs = 500;
/** Between two receives for one batch, if the first was not full. */
const pauseMs = 100;
/** A batch waits this long at most for more urgent work. */
const maxYieldMs = 2000;

export type Poller = {
  /** Stops receiving at once; resolves when all received messages have been handled. */
  readonly stop: () => Promise<void>;
};

type PollerOptions = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly mapping: MappingDefinition;
  readonly invoke: (event: string) => Promise<InvocationResult>;
  readonly concurrency: number;
  /** While this is true, a batch waits, for up to two seconds. Default: never. */
  readonly hasUrgentWork?: () => boolean;
  /** While this is false, messages stay on the queue. Default: always true. */
  readonly mayReceive?: () => boolean;
};

/** Works as an event source mapping: passes the queue's messages to the function in batches. */
export function startPoller({
  sqs,
  queueUrl,
  mapping,
  invoke,
  concurrency,
  hasUrgentWork = () => false,
  mayReceive = () => true,
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
      // Aborted only when the stack stops: the embedded server also gives messages to aborted requests, and hides them.
      { abortSignal: stopping.signal },
    );
    return Messages;
  };

  /**
   * Waits for a first message, then until the batch is full or its window is over.
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
    let taken = take(await receive(batchSize, longPollSeconds));
    const end = Date.now() + windowSeconds * 1000;
    const left = () => Math.max(0, end - Date.now());
    while (records.length > 0 && records.length < batchSize && bytes < maxRecordsBytes && left() > 0) {
      // Lets messages gather, so that each receive takes several.
      if (taken < maxMessages) await sleep(Math.min(pauseMs, left()));
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

  /** A batch that cannot be deleted is delivered again: SQS delivers at least once. */
  const run = (records: readonly SQSRecord[]) => {
    const task: Promise<void> = handle(records)
      .catch(() => {})
      .finally(() => running.delete(task));
    running.add(task);
  };

  const untilCapacity = async () => {
    while (running.size >= maxRunning) await Promise.race(running);
  };

  const yieldToUrgentWork = async () => {
    const end = Date.now() + maxYieldMs;
    while (hasUrgentWork() && Date.now() < end && !stopping.signal.aborted) await sleep(20);
  };

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await untilCapacity();
        if (!mayReceive()) {
          await sleep(retryAfterMs);
          continue;
        }
        for (const batch of batches(await gather(), batchSize)) {
          await yieldToUrgentWork();
          await untilCapacity();
          run(batch);
        }
      } catch {
        if (!stopping.signal.aborted) await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
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
