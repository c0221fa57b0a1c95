import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Deployment } from './deployment/deployment.ts';
import { Interrupted } from './terminal/errors.ts';
import { abortOnInterrupt } from './terminal/interrupt.ts';
import { createPace } from './pace.ts';
import { forEach } from './parallel.ts';
import { startProgress } from './terminal/progress.ts';

/** How soon to look again whether the queue has room. */
const lookAgainMs = 1000;

type Bulk<T> = {
  readonly deployment: Pick<Deployment, 'sqs' | 'outputs'>;
  readonly items: readonly T[];
  /** Puts one on the queue. */
  readonly act: (item: T) => Promise<void>;
};

/**
 * Does it for many, with a progress bar, at the pace at which the queue is worked off. Ctrl-C lets what is under way
 * end, and no more begin.
 * @throws what `act` throws; Interrupted after Ctrl-C, saying how far it came
 */
export async function inBulk<T>({ deployment, items, act }: Bulk<T>): Promise<void> {
  const { signal, release } = abortOnInterrupt();
  const progress = startProgress(items.length);
  const pace = createPace({
    depth: async () => (await depthOf(deployment, deployment.outputs.QueueUrl)).messages,
    wait: () => sleep(lookAgainMs, undefined, { signal }).catch(() => undefined),
    remark: progress.remark,
    signal,
  });
  let done = 0;

  const paced = async (item: T) => {
    await pace();
    if (signal.aborted) return;
    await act(item);
    done += 1;
    progress.advance();
  };
  try {
    await forEach(items, paced, signal);
  } finally {
    progress.stop();
    release();
  }
  if (signal.aborted && done < items.length) {
    throw new Interrupted(`Stopped after ${done} of ${items.length}. Run the same again for the rest.`);
  }
}

/** How many messages a queue has: to be received now, being worked on, and put off. Approximate, as SQS says. */
export async function depthOf({ sqs }: Pick<Deployment, 'sqs'>, queueUrl: string) {
  const { Attributes: { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    messages: Number(ApproximateNumberOfMessages ?? 0),
    inFlight: Number(ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
