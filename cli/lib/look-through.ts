import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

type LookThrough = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Says whether this one is to be taken off the queue. */
  readonly visit: (message: string) => Promise<boolean>;
};

/** A message that is being looked at is not handed out to anybody for so long, unless we are done with it before. */
const hiddenSeconds = 60;
const mostAtOnce = 10;

/** Looks at every message that the queue would hand out now; those that are being worked on or put off are not seen. */
export async function lookThrough({ sqs, queueUrl, visit }: LookThrough): Promise<void> {
  const seen = new Set<string>();
  const left: (string | undefined)[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: mostAtOnce,
        VisibilityTimeout: hiddenSeconds,
        // Asks all of SQS's servers, not some.
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

  /** Not in 0 seconds, which an embedded server cannot do. */
  function show(ReceiptHandle: string | undefined) {
    return sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 1 }));
  }
}
