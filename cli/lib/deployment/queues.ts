import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Deployment } from './deployment.ts';

/** Loaded on use, so that a help text does not wait for the client. */
const loadSqs = () => import('@aws-sdk/client-sqs');

/** Messages ready to be received, and in flight or delayed. SQS's counts are approximate. */
export async function depthOf({ sqs }: Pick<Deployment, 'sqs'>, queueUrl: string) {
  const { GetQueueAttributesCommand } = await loadSqs();
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

type VisitMessages = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Returns whether to delete the message. */
  readonly visit: (message: string) => Promise<boolean>;
};

/** How long a visited message is hidden from the functions at most. */
const hiddenSeconds = 60;
const maxPerReceive = 10;

/** Visits every message that can be received now, not those in flight or delayed. */
export async function visitMessages({ sqs, queueUrl, visit }: VisitMessages): Promise<void> {
  const { ChangeMessageVisibilityCommand, DeleteMessageCommand, ReceiveMessageCommand } = await loadSqs();
  const seen = new Set<string>();
  const left: (string | undefined)[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: maxPerReceive,
        VisibilityTimeout: hiddenSeconds,
        // Long polling asks all of SQS's servers.
        WaitTimeSeconds: 1,
      }),
    );
    const unseen = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
    if (unseen.length === 0) break;
    for (const { MessageId = '', Body = '', ReceiptHandle } of unseen) {
      seen.add(MessageId);
      if (await visit(Body)) await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      else left.push(ReceiptHandle);
    }
  }
  await Promise.all(left.map(show));

  /** An embedded server fails on 0 seconds. */
  function show(ReceiptHandle: string | undefined) {
    return sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 1 }));
  }
}
