import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarmDefinitions } from './alarm-definitions.ts';
import type { Alarms } from './alarms.ts';

/** SQS's maximum. */
const retentionPeriod = Duration.days(14);
/** Messages for one invocation; some CRMs take a hundred chats in a call. Lambda also limits a batch to 6 MB. */
const batchSize = 100;
/**
 * Batches above 10 need a window of at least a second.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
const batchSizeWithoutWindow = 10;
/** SQS does not count the age of messages that were received three times, so this ignores retries. */
const maxUntouchedSeconds = 15 * 60;

/**
 * SQS's maximum. Only `giveUpAfterHours` ends the retries: up to 168 hours at about four receives an hour, for any
 * number of destinations, since deliver groups those that are due at about the same time. The dead-letter queue is for
 * messages that crash the function again and again.
 */
export const maxReceiveCount = 1000;

export type ChatQueueProps = {
  /** Gets the alarms for a stuck queue and for dead letters. */
  readonly alarms: Alarms;
  /** The time-out of the function that receives from the queue. The queue hides a message for six times as long. */
  readonly consumerTimeout: Duration;
  /** How long messages are gathered for a batch, in seconds. 0 means not at all, and batches of at most 10. */
  readonly batchingWindowSeconds: number;
  /** How many batches are handled at the same time. */
  readonly maxConcurrency: number;
};

/** The queue between receive and deliver, with its dead-letter queue and alarms. */
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
      // AWS recommends six time-outs plus the window; less would deliver a message twice while its first batch is being
      // handled.
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
      // SQS sends no metrics for a queue that was idle for six hours: the messages may still be there.
      missing: TreatMissingData.IGNORE,
    });
  }

  /** Makes the queue invoke the consumer, and grants it to receive, delete and hide messages. */
  feed(consumer: LambdaFunction): void {
    const { batchingWindowSeconds, maxConcurrency } = this.props;
    const gathered = { batchSize, maxBatchingWindow: Duration.seconds(batchingWindowSeconds) };
    consumer.addEventSource(
      new SqsEventSource(this.queue, {
        ...(batchingWindowSeconds > 0 ? gathered : { batchSize: batchSizeWithoutWindow }),
        maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
  }

  /** Grants sending alone: `Queue.grantSendMessages` adds two actions that nothing uses. */
  grantSend(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] });
  }
}
