import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarmDefinitions } from './alarm-definitions.ts';
import type { Alarms } from './alarms.ts';

/** SQS keeps nothing longer. */
const retentionPeriod = Duration.days(14);
/** What an invocation is given at most: some CRMs take a hundred chats at a call. Lambda adds a limit of 6 MB. */
const batchSize = 100;
/**
 * Without a window Lambda gives no more than one receive of SQS: above 10 it insists on a window of at least a second.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
const batchSizeAtOnce = 10;
/** Seconds. A message that was received three times and put back counts no more: retries are not what this sees. */
const maxUntouchedSeconds = 15 * 60;

/**
 * SQS's maximum. Retries go by the clock: a delivery is parked, with its reason, when `giveUpAfterHours` is over. That may
 * be 168 hours at about four receives an hour, however many destinations there are: deliver visits those together that are
 * due soon after one another. The dead-letter queue is only for a message that ends the function itself, again and again.
 */
export const maxReceiveCount = 1000;

export type ChatQueueProps = {
  readonly alarms: Alarms;
  /** The time-out of the function that the queue will feed. */
  readonly consumerTimeout: Duration;
  /** For how long messages are gathered; 0: not at all. */
  readonly batchingWindowSeconds: number;
  /** How many batches are handled at once. */
  readonly maxConcurrency: number;
};

/** The queue between receive and deliver, and the dead-letter queue and the alarms that it never goes without. */
export class ChatQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  private readonly props: ChatQueueProps;

  constructor(scope: Construct, id: string, props: ChatQueueProps) {
    super(scope, id);
    this.props = props;
    const { alarms, consumerTimeout, batchingWindowSeconds } = props;
    const settings = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', settings);
    this.queue = new Queue(this, 'Chats', {
      ...settings,
      // AWS's rule for a queue that feeds a function: six time-outs and the window. Shorter, and a message comes a
      // second time while its first batch is still being worked on.
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds() + batchingWindowSeconds),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });
    const current = { statistic: 'Maximum', period: Duration.minutes(5) };
    alarms.add(this, alarmDefinitions.queueNotEmptied, {
      metric: this.queue.metricApproximateAgeOfOldestMessage(current),
      above: maxUntouchedSeconds,
      periods: 1,
    });
    alarms.add(this, alarmDefinitions.deadLetters, {
      metric: this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(current),
      above: 0,
      periods: 1,
      // A queue that nobody has touched for six hours reports nothing: that is no good news.
      missing: TreatMissingData.IGNORE,
    });
  }

  /** Invokes the consumer with what arrives; it may receive, delete and put off messages. */
  feed(consumer: LambdaFunction): void {
    const { batchingWindowSeconds, maxConcurrency } = this.props;
    const gathered = { batchSize, maxBatchingWindow: Duration.seconds(batchingWindowSeconds) };
    consumer.addEventSource(
      new SqsEventSource(this.queue, {
        ...(batchingWindowSeconds > 0 ? gathered : { batchSize: batchSizeAtOnce }),
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
