import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type IFilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { destinationDimension, type MetricName } from '../lambda/platform/metrics.ts';
import { type AlarmDefinition, alarmText } from './alarm-definitions.ts';

export type AlarmsProps = {
  /** The runbook's URL or path; each alarm's description links to its section there. */
  readonly runbook: string;
  /** Whether reconcile fetches lost chats; the alarms' texts then say so. Default: false. */
  readonly heals?: boolean;
  /** The address that gets an e-mail for each alarm, once it has confirmed. Default: nobody is told. */
  readonly email?: string | undefined;
};

export type AlarmRule = {
  readonly metric: IMetric;
  /** The alarm is raised above this value, in the metric's unit. */
  readonly above: number;
  /**
   * How many of the metric's periods the alarm stays on. Default: 12, an hour of five-minute periods, so that one event
   * is one e-mail.
   */
  readonly periods?: number;
  /** In how many of those periods the metric must be above. Default: 1. */
  readonly datapoints?: number;
  /** The meaning of a period without data. Default: all is well. */
  readonly missing?: TreatMissingData;
};

const fiveMinutes = Duration.minutes(5);
const periodsInAnHour = 12;

/** Sends every alarm to one topic, to which the operator's address is subscribed. */
export class Alarms extends Construct {
  readonly topic: Topic;
  private readonly alarms: Alarm[] = [];
  private readonly runbook: string;
  private readonly heals: boolean;

  constructor(scope: Construct, id: string, { runbook, heals = false, email }: AlarmsProps) {
    super(scope, id);
    this.runbook = runbook;
    this.heals = heals;
    this.topic = alarmTopic(this);
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
    tellWhenOver(this, this.topic);
  }

  get all(): readonly Alarm[] {
    return this.alarms;
  }

  /** Adds an alarm to the construct that it watches. */
  add(scope: Construct, definition: AlarmDefinition, rule: AlarmRule): void {
    const alarm = new Alarm(scope, `${definition.id}Alarm`, {
      // The name is the subject of the e-mail: `Deliver-Errors`.
      alarmName: `${Stack.of(this).stackName}-${[...pathOf(scope), definition.id].join('-')}`,
      alarmDescription: alarmText(definition, this.runbook, { heals: this.heals }),
      metric: rule.metric,
      threshold: rule.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: rule.periods ?? periodsInAnHour,
      datapointsToAlarm: rule.datapoints ?? 1,
      treatMissingData: rule.missing ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
  }
}

/** The path within the stack. It is part of the alarm's name, so moving a construct replaces its alarms. */
const pathOf = (scope: Construct): readonly string[] =>
  scope.node.scopes.slice(scope.node.scopes.indexOf(Stack.of(scope)) + 1).map(({ node }) => node.id);

/**
 * Tells the operator when an alarm is over. An alarm's own OK action would also report each alarm's first OK, in two dozen e-mails
 * after the first deployment.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
function tellWhenOver(scope: Construct, topic: Topic): void {
  const { stackName } = Stack.of(scope);
  new Rule(scope, 'Over', {
    description: 'Tells the operator that an alarm is over',
    eventPattern: {
      source: ['aws.cloudwatch'],
      detailType: ['CloudWatch Alarm State Change'],
      detail: {
        alarmName: [{ prefix: `${stackName}-` }],
        state: { value: ['OK'] },
        previousState: { value: ['ALARM'] },
      },
    },
    // Not CDK's own target: it would let every account's rules publish to the topic.
    targets: [
      {
        bind: () => ({
          arn: topic.topicArn,
          input: RuleTargetInput.fromText(`OK: ${EventField.fromPath('$.detail.alarmName')} is over.`),
        }),
      },
    ],
  });
}

/**
 * Encrypted with a key of its own: the policy of the AWS managed key, `alias/aws/sns`, does not let CloudWatch publish
 * and cannot be changed.
 * https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
function alarmTopic(scope: Construct): Topic {
  const key = new Key(scope, 'Key', {
    description: 'Encrypts the alarms on their way to the operator',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const topic = new Topic(scope, 'Topic', { enforceSSL: true, masterKey: key });
  const sender = (service: string, resource: string) => ({
    principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
    conditions: {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': Stack.of(scope).formatArn({ service, resource }) },
    },
  });
  for (const from of [sender('cloudwatch', 'alarm:*'), sender('events', 'rule/*')]) {
    key.addToResourcePolicy(
      new PolicyStatement({ ...from, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
    );
    // A topic with its own policy loses the default one, which admits the account's alarms.
    topic.addToResourcePolicy(new PolicyStatement({ ...from, actions: ['sns:Publish'], resources: [topic.topicArn] }));
  }
  return topic;
}

export const sentMetric = (
  scope: Construct,
  name: MetricName,
  from: { readonly service: string; readonly destination?: string },
  options: MetricOptions = {},
): Metric =>
  new Metric({
    namespace: Stack.of(scope).stackName,
    metricName: name,
    dimensionsMap: {
      service: from.service,
      ...(from.destination === undefined ? {} : { [destinationDimension]: from.destination }),
    },
    statistic: 'Sum',
    period: fiveMinutes,
    ...options,
  });

/** Counts matching log lines, in periods of five minutes. */
export const logMetric = (scope: Construct, name: string, logGroup: ILogGroup, filterPattern: IFilterPattern): Metric =>
  new MetricFilter(scope, name, {
    logGroup,
    filterPattern,
    metricNamespace: Stack.of(scope).stackName,
    metricName: name,
  }).metric({ statistic: 'Sum', period: fiveMinutes });
