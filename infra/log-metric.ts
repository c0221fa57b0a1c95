import { Duration, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IFilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Counts the lines of a log that match, five minutes at a time. */
export const logMetric = (scope: Construct, name: string, logGroup: ILogGroup, filterPattern: IFilterPattern): Metric =>
  new MetricFilter(scope, name, {
    logGroup,
    filterPattern,
    metricNamespace: Stack.of(scope).stackName,
    metricName: name,
  }).metric({ statistic: 'Sum', period: Duration.minutes(5) });
