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
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { destinationDimension, type MetricName } from '../lambda/platform/metric-names.ts';
import { type AlarmDefinition, alarmText } from './alarm-definitions.ts';

export type AlarmsProps = {
  /** Where the runbook can be read. */
  readonly runbook: string;
  readonly email?: string | undefined;
};

/** How an alarm goes by its metric. */
export type AlarmRule = {
  readonly metric: IMetric;
  /** It goes off above this. */
  readonly above: number;
  /** How many of the metric's periods are looked at. Events are counted for an hour, so that one is one e-mail. */
  readonly periods?: number;
  /** In how many of those it has to be above; default 1. */
  readonly datapoints?: number;
  readonly missing?: TreatMissingData;
};

const five = Duration.minutes(5);
/** How long an event keeps its alarm on, in periods of five minutes. */
const hour = 12;

/** All alarms go to one topic, and by it to the operator. */
export class Alarms extends Construct {
  readonly topic: Topic;
  private readonly made: Alarm[] = [];
  private readonly runbook: string;

  constructor(scope: Construct, id: string, { runbook, email }: AlarmsProps) {
    super(scope, id);
    this.runbook = runbook;
    this.topic = alarmTopic(this);
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
    tellWhenOver(this, this.topic);
  }

  get all(): readonly Alarm[] {
    return this.made;
  }

  /** One alarm, in the construct that it watches over. */
  add(scope: Construct, definition: AlarmDefinition, rule: AlarmRule): void {
    const alarm = new Alarm(scope, `${definition.id}Alarm`, {
      // The subject of an e-mail: Deliver-Errors, not a number.
      alarmName: `${Stack.of(this).stackName}-${[...partsOf(scope), definition.id].join('-')}`,
      alarmDescription: alarmText(definition, this.runbook),
      metric: rule.metric,
      threshold: rule.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: rule.periods ?? hour,
      datapointsToAlarm: rule.datapoints ?? 1,
      treatMissingData: rule.missing ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.made.push(alarm);
  }
}

/** Where in the stack a construct is. An alarm that moves is another alarm, with another name. */
const partsOf = (scope: Construct): readonly string[] =>
  scope.node.scopes.slice(scope.node.scopes.indexOf(Stack.of(scope)) + 1).map(({ node }) => node.id);

/**
 * Tells that an alarm is over. An alarm's own OK action would also tell of each alarm's first OK, in two dozen e-mails
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
    targets: [
      new SnsTopic(topic, {
        message: RuleTargetInput.fromText(`OK: ${EventField.fromPath('$.detail.alarmName')} is over.`),
      }),
    ],
  });
}

/**
 * Encrypted with a key of its own: the key that AWS manages, `alias/aws/sns`, does not let CloudWatch publish, its policy
 * cannot be changed, and alarms would go off unheard.
 * https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
function alarmTopic(scope: Construct): Topic {
  const key = new Key(scope, 'Key', {
    description: 'Encrypts the alarms on their way to the operator',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const topic = new Topic(scope, 'Topic', { enforceSSL: true, masterKey: key });
  const cloudWatch = {
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    conditions: {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': Stack.of(scope).formatArn({ service: 'cloudwatch', resource: 'alarm:*' }) },
    },
  };
  key.addToResourcePolicy(
    new PolicyStatement({ ...cloudWatch, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
  );
  // A topic with a policy of its own no longer has the one that lets the account's alarms in.
  topic.addToResourcePolicy(
    new PolicyStatement({ ...cloudWatch, actions: ['sns:Publish'], resources: [topic.topicArn] }),
  );
  return topic;
}

/** Metrics that the functions themselves send (`lambda/platform/metrics.ts`). */
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
    period: five,
    ...options,
  });
