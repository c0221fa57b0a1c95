import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export type LogAlarmProps = {
  readonly logGroup: ILogGroup;
  /** The field of a JSON line, and what it says when there is reason for alarm. */
  readonly field: string;
  readonly value: string;
  /** What it means and what to do, for whoever is woken by it. */
  readonly description: string;
};

/** An alarm for as long as a function's log says something, and the metric that counts it. */
export class LogAlarm extends Construct {
  constructor(scope: Construct, id: string, { logGroup, field, value, description }: LogAlarmProps) {
    super(scope, id);
    const filter = new MetricFilter(this, 'Filter', {
      logGroup,
      filterPattern: FilterPattern.stringValue(`$.${field}`, '=', value),
      metricNamespace: 'SmartsuppCrmForwarder',
      metricName: id,
    });
    new Alarm(this, 'Alarm', {
      alarmDescription: description,
      metric: filter.metric({ statistic: 'Sum', period: Duration.minutes(5) }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
