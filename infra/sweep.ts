import { Duration, Stack } from 'aws-cdk-lib';
import { MathExpression, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type Config, checkedConfigFile, writeCheckedConfig } from '../lambda/config/config.ts';
import type { MetricName } from '../lambda/platform/metrics.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { sentMetric } from './alarms.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import type { ChatQueue } from './queues.ts';
import type { ConversationTable } from './tables.ts';

export type SweepProps = FunctionSettings & {
  /** Gets the due deliveries. */
  readonly chats: ChatQueue;
  /** Holds the due deliveries. */
  readonly conversations: ConversationTable;
  /** Bundled with the function. */
  readonly config: Config;
  /** `QUEUE_URL` and `TABLE_NAME`. */
  readonly environment: Readonly<Record<string, string>>;
};

/** A delivery may be late by this much. */
const interval = Duration.minutes(1);
/** Seconds. Shorter outages of a CRM raise no alarm. */
const lateSeconds = 60 * 60;

/**
 * The function that puts due deliveries back on the queue and measures the backlog, its schedule, and alarms for what
 * it finds.
 */
export class Sweep extends Construct {
  readonly function: NodeFunction;
  readonly parkedNow: Metric;
  readonly pendingNow: Metric;
  readonly heldNow: Metric;
  readonly oldestPending: Metric;

  constructor(scope: Construct, id: string, props: SweepProps) {
    super(scope, id);
    const { alarms, logRetention, chats, conversations, config, environment } = props;
    this.function = new NodeFunction(this, 'Run', {
      alarms,
      logRetention,
      description: 'Puts back on the queue what waits in the table',
      entry: 'lambda/sweep.ts',
      // It begins nothing in the last five seconds, so it works until just before the next one.
      timeout: Duration.seconds(63),
      environment: { ...environment, METRICS_NAMESPACE: Stack.of(this).stackName },
      // The configuration holds the destinations and the retention.
      files: { [checkedConfigFile]: writeCheckedConfig(config) },
    });
    chats.grantSend(this.function.role);
    conversations.grantIndexes(this.function.role, 'listing', 'byVisitor');
    conversations.grant(
      this.function.role,
      'dynamodb:BatchGetItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    );
    new Rule(this, 'Schedule', {
      description: 'Calls the sweep',
      schedule: Schedule.rate(interval),
      targets: [new LambdaFunction(this.function.lambda)],
    });

    const gauge = (name: MetricName) => sentMetric(this, name, { service: 'sweep' }, { statistic: 'Maximum' });
    this.parkedNow = gauge('ParkedNow');
    this.pendingNow = gauge('PendingNow');
    this.heldNow = gauge('HeldNow');
    this.oldestPending = gauge('OldestPendingSeconds');
    // A backlog stays the same until the next run measures it, so a missing run changes nothing.
    const untilNextRun = { periods: 1, missing: TreatMissingData.IGNORE };
    alarms.add(this, alarmDefinitions.deliveriesLate, {
      metric: this.oldestPending,
      above: lateSeconds,
      ...untilNextRun,
    });
    const { silentAfterHours } = config;
    if (silentAfterHours > 0) {
      alarms.add(this, alarmDefinitions.silent, {
        metric: gauge('SilentHours'),
        above: silentAfterHours,
        ...untilNextRun,
      });
    }
    if (config.api?.reconcile === true) {
      alarms.add(this, alarmDefinitions.reconcileLate, {
        metric: gauge('ReconcileLagSeconds'),
        above: lateSeconds,
        ...untilNextRun,
      });
    }
    const spooled = sentMetric(this, 'SweptSpooled', { service: 'sweep' });
    alarms.add(this, alarmDefinitions.swept, { metric: spooled, above: 0 });
    alarms.add(this, alarmDefinitions.sweepStopped, {
      metric: new MathExpression({
        label: 'ten minutes without a run',
        // Only after a run: before the first, and once none is in sight, there is no value, and the alarm stays as it is.
        expression: 'IF(FILL(runs, REPEAT) > 0, IF(FILL(runs, 0) > 0, 0, 1))',
        usingMetrics: { runs: this.function.lambda.metricInvocations() },
        period: Duration.minutes(10),
      }),
      above: 0,
      periods: 1,
      missing: TreatMissingData.IGNORE,
    });
  }
}
