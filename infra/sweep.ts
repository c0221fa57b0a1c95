import { Duration, Stack } from 'aws-cdk-lib';
import { MathExpression, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type Config, checkedConfigFile, writeCheckedConfig } from '../lambda/config/config.ts';
import type { MetricName } from '../lambda/platform/metric-names.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { sentMetric } from './alarms.ts';
import { type FunctionSettings, NodeFunction } from './function.ts';
import type { ChatQueue } from './queue.ts';
import type { ConversationTable } from './table.ts';

export type SweepProps = FunctionSettings & {
  readonly chats: ChatQueue;
  readonly conversations: ConversationTable;
  readonly config: Config;
  /** Where the queue and the table are, as the functions are told. */
  readonly environment: Readonly<Record<string, string>>;
};

/** The timer of all long waits: a chat comes back at most so much later than it is due. */
const interval = Duration.minutes(1);
/** Seconds. A CRM that is away for a minute is nobody's business. */
const late = 60 * 60;

/**
 * The function that puts back on the queue what should be there and says how matters stand, the clock that calls it, and
 * the alarms for what it finds.
 */
export class Sweep extends Construct {
  readonly function: NodeFunction;
  readonly parkedNow: Metric;
  readonly pendingNow: Metric;
  readonly oldestPending: Metric;

  constructor(scope: Construct, id: string, props: SweepProps) {
    super(scope, id);
    const { alarms, logRetention, chats, conversations, config, environment } = props;
    this.function = new NodeFunction(this, 'Run', {
      alarms,
      logRetention,
      description: 'Puts back on the queue what waits in the table',
      entry: 'lambda/sweep.ts',
      timeout: Duration.seconds(60),
      environment: { ...environment, METRICS_NAMESPACE: Stack.of(this).stackName },
      // It says which destinations there are, and for how long what the sweep writes is kept.
      files: { [checkedConfigFile]: writeCheckedConfig(config) },
    });
    chats.grantSend(this.function.role);
    conversations.grantIndexes(this.function.role, 'listing', 'byVisitor');
    conversations.grant(
      this.function.role,
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

    const found = (name: MetricName) => sentMetric(this, name, { service: 'sweep' });
    const stands = (name: MetricName) => sentMetric(this, name, { service: 'sweep' }, { statistic: 'Maximum' });
    this.parkedNow = stands('ParkedNow');
    this.pendingNow = stands('PendingNow');
    this.oldestPending = stands('OldestPendingSeconds');
    // How matters stand lasts until they change: a run that is left out changes nothing.
    const standing = { periods: 1, missing: TreatMissingData.IGNORE };
    alarms.add(this, alarmDefinitions.parked, { metric: this.parkedNow, above: 0, ...standing });
    alarms.add(this, alarmDefinitions.deliveriesLate, { metric: this.oldestPending, above: late, ...standing });
    alarms.add(this, alarmDefinitions.swept, {
      metric: new MathExpression({
        label: 'put back on the queue',
        expression: 'FILL(spooled, 0)',
        usingMetrics: { spooled: found('SweptSpooled') },
      }),
      above: 0,
    });
    alarms.add(this, alarmDefinitions.sweepStopped, {
      metric: new MathExpression({
        label: 'ten minutes without a run',
        expression: 'IF(FILL(runs, 0) > 0, 0, 1)',
        usingMetrics: { runs: this.function.lambda.metricInvocations() },
        period: Duration.minutes(10),
      }),
      above: 0,
      periods: 1,
      missing: TreatMissingData.BREACHING,
    });
  }
}
