import type { SQSClient } from '@aws-sdk/client-sqs';
import { startProgress } from '../../lib/bulk.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { depthOf } from '../../lib/deployment/queues.ts';
import { confirmMany } from '../../lib/terminal/ask.ts';
import { Interrupted } from '../../lib/terminal/errors.ts';
import { abortOnInterrupt } from '../../lib/terminal/interrupt.ts';
import { plural, print, printJson } from '../../lib/terminal/output.ts';

type Options = { readonly dryRun: boolean; readonly yes: boolean; readonly json: boolean };

/** Puts what is in the dead-letter queue back on the queue. */
export async function putBackDeadLetters(deployment: Deployment, options: Options): Promise<void> {
  const { sqs, outputs } = deployment;
  const { messages } = await depthOf(deployment, outputs.DeadLetterQueueUrl);
  if (options.dryRun || messages === 0) {
    return tell(
      `${plural(messages, 'message')} in the dead-letter queue. Nothing was changed.`,
      { deadLetters: messages },
      options,
    );
  }
  await confirmMany(messages, `Put ${plural(messages, 'message')} back on the queue`, options);
  const putBack = createPutBackDeadLetters({
    sqs,
    queueUrl: outputs.QueueUrl,
    deadLetterQueueUrl: outputs.DeadLetterQueueUrl,
  });
  const { signal, release } = abortOnInterrupt();
  const progress = startProgress(messages);
  let moved = 0;
  try {
    // No more than were there: one that comes back at once must not go round for ever.
    while (!signal.aborted && moved < messages) {
      const count = await putBack();
      if (count === 0) break;
      moved += count;
      for (let each = 0; each < count; each += 1) progress.advance();
    }
  } finally {
    progress.stop();
    release();
  }
  tell(`${plural(moved, 'message')} put back on the queue.`, { putBack: moved }, options);
  if (signal.aborted) throw new Interrupted('Stopped. Run the same again for the rest.');
}

function tell(text: string, value: object, { json }: Options): void {
  if (json) printJson(value);
  else print(text);
}

type DeadLettersDependencies = {
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
};

/** Long polling asks all of SQS's servers; each holds a part of the queue. */
const longPollSeconds = 2;
/** After a crash the message can be received again after this time. */
const visibilitySeconds = 60;

/**
 * Puts up to ten messages of the dead-letter queue back on the queue, and answers how many; 0 when there are none left.
 * SQS's own StartMessageMoveTask does not tell its progress, and embedded servers lack it. A crash in between leaves the
 * message on both queues, and the ledger recognises the chat.
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
