import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarmDefinitions } from './alarm-definitions.ts';
import type { Alarms } from './alarms.ts';

/** SQS's maximum. */
const retentionPeriod = Duration.days(14);
/**
 * A message waits for an hour at most between two tries, so these are eight days. The rest of the retention is for the
 * dead letters: SQS counts it from when a message was first sent.
 */
const maxReceiveCount = 200;
/** Two at once are the least that Lambda allows: Smartsupp limits the calls. */
const maxConcurrency = 2;
const batchSize = 10;

export type FetchQueueProps = {
  /** Gets the alarm for dead letters. */
  readonly alarms: Alarms;
  /** The time-out of the function that receives from the queue. */
  readonly consumerTimeout: Duration;
};

/** The conversations that are to be read by REST, with their dead-letter queue. */
export class FetchQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { alarms, consumerTimeout }: FetchQueueProps) {
    super(scope, id);
    const settings = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', settings);
    this.queue = new Queue(this, 'Requests', {
      ...settings,
      // AWS recommends six time-outs.
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });
    alarms.add(this, alarmDefinitions.fetchDeadLetters, {
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

  feed(consumer: Alias): void {
    consumer.addEventSource(
      new SqsEventSource(this.queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }),
    );
  }

  /** Grants sending alone. */
  grantSend(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] });
  }
}
