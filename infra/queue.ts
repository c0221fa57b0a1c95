import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
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

/**
 * A message is received again only while its chat is being worked on or the table is away: longer waits are the ledger's.
 * This many receives are hours without the table, or a message that crashes the function.
 */
export const maxReceiveCount = 50;

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
    const period = Duration.minutes(5);
    const current = { statistic: 'Maximum', period };
    alarms.add(this, alarmDefinitions.queueNotEmptied, {
      // Not by the oldest message's age: SQS leaves out what was received three times.
      metric: new MathExpression({
        label: 'messages that nobody receives',
        expression: 'IF(FILL(received, 0) == 0, FILL(visible, 0), 0)',
        usingMetrics: {
          visible: this.queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Minimum', period }),
          received: this.queue.metricNumberOfMessagesReceived({ period }),
        },
        period,
      }),
      above: 0,
      periods: 3,
      datapoints: 3,
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
  feed(consumer: Alias): void {
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
