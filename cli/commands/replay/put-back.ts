import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

type DeadLettersDependencies = {
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
};

/** Long polling asks all of SQS's servers, of which each holds a part of the queue. */
const longPollSeconds = 2;
/** Who dies in between leaves the message to be received again after this time. */
const visibilitySeconds = 60;

/**
 * Puts up to ten messages of the dead-letter queue back on the queue, and answers how many; 0 when there are none left.
 * (SQS's own StartMessageMoveTask does not tell how far it is, and embedded servers do not have it.) Who dies in the
 * middle leaves a message on both: the ledger knows the chat again.
 */
export function createPutBackDeadLetters({ sqs, queueUrl, deadLetterQueueUrl }: DeadLettersDependencies) {
  return async (): Promise<number> => {
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
