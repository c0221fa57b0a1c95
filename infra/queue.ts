import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
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
/**
 * A message is only received again while its chat is being worked on, or the table is away: longer waits are the ledger's.
 * So this many receives are hours of a table that does not answer, or a message that ends the function itself.
 */
export const maxReceiveCount = 50;

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
