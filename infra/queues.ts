import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type AlarmDefinition, alarmDefinitions } from './alarm-definitions.ts';
import type { Alarms } from './alarms.ts';

/** SQS's maximum. SQS counts it from when a message was first sent, also for dead letters. */
const retentionPeriod = Duration.days(14);

type FedQueueProps = {
  /** Gets the queue's alarms. */
  readonly alarms: Alarms;
  /** The time-out of the function that receives from the queue. The queue hides a message for six times as long. */
  readonly consumerTimeout: Duration;
};

type FedQueueOptions = FedQueueProps & {
  readonly queueId: string;
  /** In seconds; added to the time for which the queue hides a message. */
  readonly batchingWindowSeconds: number;
  /** A message that was received more often becomes a dead letter. */
  readonly maxReceiveCount: number;
  /** Raised while there is a dead letter. */
  readonly deadLettersAlarm: AlarmDefinition;
};

/** A queue that feeds a function, with its dead-letter queue and the alarm for that. */
class FedQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, options: FedQueueOptions) {
    super(scope, id);
    const { alarms, consumerTimeout, queueId, batchingWindowSeconds, maxReceiveCount, deadLettersAlarm } = options;
    const settings = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', settings);
    this.queue = new Queue(this, queueId, {
      ...settings,
      // AWS recommends six time-outs plus the window; less would deliver a message twice while its first batch is being
      // handled.
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds() + batchingWindowSeconds),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });
    alarms.add(this, deadLettersAlarm, {
      metric: this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      above: 0,
      periods: 1,
      // SQS sends no metrics for a queue that was idle for six hours: the messages may still be there.
      missing: TreatMissingData.IGNORE,
    });
  }

  /** Grants sending alone: `Queue.grantSendMessages` adds two actions that nothing uses. */
  grantSend(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] });
  }
}

/**
 * A message is received again only while its chat is being worked on or the table is away: longer waits are the
 * ledger's. This many receives are hours without the table, or a message that crashes the function.
 */
export const maxReceiveCount = 50;

export type ChatQueueProps = FedQueueProps & {
  /** How long messages are gathered for a batch, in seconds. 0 means not at all, and batches of at most 10. */
  readonly batchingWindowSeconds: number;
  /** How many batches are handled at the same time. */
  readonly maxConcurrency: number;
};

/** The queue between receive and deliver. */
export class ChatQueue extends FedQueue {
  private readonly props: ChatQueueProps;

  constructor(scope: Construct, id: string, props: ChatQueueProps) {
    const { deadLetters: deadLettersAlarm, queueNotEmptied } = alarmDefinitions;
    super(scope, id, { ...props, queueId: 'Chats', maxReceiveCount, deadLettersAlarm });
    this.props = props;
    const period = Duration.minutes(5);
    props.alarms.add(this, queueNotEmptied, {
      // Not by the oldest message's age: SQS leaves out messages that were received three times.
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
  }

  /** Makes the queue invoke the consumer, and grants it to receive, delete and hide messages. */
  feed(consumer: Alias): void {
    const { batchingWindowSeconds, maxConcurrency } = this.props;
    // Some CRMs take a hundred chats in a call. Lambda also limits a batch to 6 MB.
    const gathered = { batchSize: 100, maxBatchingWindow: Duration.seconds(batchingWindowSeconds) };
    consumer.addEventSource(
      new SqsEventSource(this.queue, {
        // Batches above 10 need a window of at least a second.
        // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
        ...(batchingWindowSeconds > 0 ? gathered : { batchSize: 10 }),
        maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
  }
}

/**
 * The conversations waiting to be read by REST. A message waits for an hour at most between two tries, so 200 tries
 * take eight days; the rest of the retention is for the dead letters.
 */
export class FetchQueue extends FedQueue {
  constructor(scope: Construct, id: string, props: FedQueueProps) {
    super(scope, id, {
      ...props,
      queueId: 'Requests',
      batchingWindowSeconds: 0,
      maxReceiveCount: 200,
      deadLettersAlarm: alarmDefinitions.fetchDeadLetters,
    });
  }

  /** Makes the queue invoke the consumer, twice at once: Smartsupp limits the calls, and Lambda allows no less. */
  feed(consumer: Alias): void {
    consumer.addEventSource(
      new SqsEventSource(this.queue, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }),
    );
  }
}
