import type { SQSClient } from '@aws-sdk/client-sqs';
import { startProgress } from '../../lib/bulk.ts';
import { type Deployment, depthOf } from '../../lib/deployment/deployment.ts';
import { confirmMany } from '../../lib/terminal/ask.ts';
import { Interrupted } from '../../lib/terminal/errors.ts';
import { abortOnInterrupt } from '../../lib/terminal/interrupt.ts';
import { plural, print, printJson } from '../../lib/terminal/output.ts';

type Options = { readonly dryRun: boolean; readonly yes: boolean; readonly json: boolean };

export async function putBackDeadLetters(deployment: Deployment, options: Options): Promise<void> {
  const { sqs, outputs } = deployment;
  const queues = queuesOf(outputs);
  const depths = await Promise.all(queues.map(({ deadLetterQueueUrl }) => depthOf(deployment, deadLetterQueueUrl)));
  const messages = depths.reduce((sum, depth) => sum + depth.messages, 0);
  if (options.dryRun || messages === 0) {
    return printResult(
      `${plural(messages, 'message')} in the dead-letter queue. Nothing was changed.`,
      { deadLetters: messages },
      options,
    );
  }
  await confirmMany(messages, `Put ${plural(messages, 'message')} back on the queue`, options);
  const { signal, release } = abortOnInterrupt();
  const progress = startProgress(messages);
  let moved = 0;
  try {
    for (const [at, queue] of queues.entries()) {
      const putBack = createPutBackDeadLetters({ sqs, ...queue });
      // At most as many as there were: a message may come back at once.
      for (let left = depths[at]?.messages ?? 0; !signal.aborted && left > 0; ) {
        const count = await putBack();
        if (count === 0) break;
        left -= count;
        moved += count;
        for (let each = 0; each < count; each += 1) progress.advance();
      }
    }
  } finally {
    progress.stop();
    release();
  }
  printResult(`${plural(moved, 'message')} put back on the queue.`, { putBack: moved }, options);
  if (signal.aborted) throw new Interrupted('Stopped. Run the same command again for the rest.');
}

/** The queue of the chats and, with a second source, that of the conversations to fetch. */
const queuesOf = ({ QueueUrl, DeadLetterQueueUrl, FetchQueueUrl, FetchDeadLetterQueueUrl }: Deployment['outputs']) => [
  { queueUrl: QueueUrl, deadLetterQueueUrl: DeadLetterQueueUrl },
  ...(FetchQueueUrl === undefined || FetchDeadLetterQueueUrl === undefined
    ? []
    : [{ queueUrl: FetchQueueUrl, deadLetterQueueUrl: FetchDeadLetterQueueUrl }]),
];

function printResult(text: string, value: object, { json }: Options): void {
  if (json) printJson(value);
  else print(text);
}

type DeadLettersDependencies = {
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
};

/** Long polling asks all of SQS's servers; each holds part of the queue. */
const longPollSeconds = 2;
/** After a crash, the message can be received again after this time. */
const visibilitySeconds = 60;

/**
 * Moves up to ten dead letters back to the queue, and returns their number. Does not use SQS's StartMessageMoveTask,
 * which reports no progress and which embedded servers lack. A crash in between leaves the message on both queues; the
 * chat is still delivered once.
 */
export function createPutBackDeadLetters({ sqs, queueUrl, deadLetterQueueUrl }: DeadLettersDependencies) {
  return async (): Promise<number> => {
    const { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } = await import('@aws-sdk/client-sqs');
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: longPollSeconds,
        VisibilityTimeout: visibilitySeconds,
      }),
    );
    await Promise.all(
      Messages.map(async ({ Body: MessageBody, ReceiptHandle }) => {
        await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
        await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetterQueueUrl, ReceiptHandle }));
      }),
    );
    return Messages.length;
  };
}
