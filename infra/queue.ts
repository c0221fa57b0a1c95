import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** SQS keeps nothing longer. */
const retentionPeriod = Duration.days(14);
const batchingWindow = Duration.seconds(1);
const batchSize = 10;
/** How many batches are delivered at once: CRMs count requests by the second, so more would only be told to wait. */
const maxConcurrency = 5;

/**
 * SQS's maximum. Retries go by the clock: a delivery is parked, with its reason, when `giveUpAfterHours` is over,
 * which may be 168 hours at four receives an hour. The dead-letter queue is only for a message that ends the function
 * itself, again and again.
 */
const maxReceiveCount = 1000;

export type ChatQueueProps = {
  /** The time-out of the function that the queue will feed. */
  readonly consumerTimeout: Duration;
};

/** The queue between receive and deliver, and the dead-letter queue that it never goes without. */
export class ChatQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { consumerTimeout }: ChatQueueProps) {
    super(scope, id);
    const settings = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', settings);
    this.queue = new Queue(this, 'Chats', {
      ...settings,
      // AWS's rule for a queue that feeds a function: six time-outs and the window. Shorter, and a message comes a
      // second time while its first batch is still being worked on.
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds() + batchingWindow.toSeconds()),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });
  }

  /** Invokes the consumer with what arrives; it may receive, delete and put off messages. */
  feed(consumer: LambdaFunction): void {
    consumer.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        maxBatchingWindow: batchingWindow,
        maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
  }

  /** To send, and no more: `Queue.grantSendMessages` would add two actions that nobody here needs. */
  grantSend(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] });
  }
}
