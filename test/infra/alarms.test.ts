import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { alarmDefinitions } from '../../infra/alarm-definitions.ts';
import { metricUnits } from '../../lambda/platform/metrics.ts';
import { forwarderStack, testApp, withApi } from './support/stacks.ts';

process.env['CDK_VALIDATION'] = 'false';

type Alarm = {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown;
  readonly OKActions: unknown;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: Pick<Alarm, 'Namespace' | 'MetricName'> } }[];
};

let template: Template;
let alarms: readonly Alarm[];
beforeAll(() => {
  template = Template.fromStack(forwarderStack(testApp(), { config: withApi }));
  alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
});

const definitions = Object.values(alarmDefinitions);
const runbook = readFileSync('docs/runbook.md', 'utf8');
/** The anchors that GitHub makes of the second-level headings. */
const sections = runbook.split(/^## /m).slice(1);
const anchorOf = (section: string) => section.split('\n')[0]?.toLowerCase().replaceAll(' ', '-');
const aboutAlarms = sections.filter((section) => section.includes('**It means.**'));

describe('every alarm', () => {
  it('is one of those defined, and every one of those is in the stack', () => {
    const described = new Set(alarms.map(({ AlarmDescription }) => AlarmDescription.split('#')[1]));
    expect([...described].toSorted()).toEqual(definitions.map(({ anchor }) => anchor).toSorted());
  });

  it('has its section in the runbook, and every section its alarm', () => {
    expect(aboutAlarms.map(anchorOf).toSorted()).toEqual(definitions.map(({ anchor }) => anchor).toSorted());
  });

  it('says what it means, and where to read what to do', () => {
    for (const { AlarmDescription } of alarms) {
      expect(AlarmDescription).toMatch(/^[A-Z].*\. What to do: https:\/\/example\.com\/runbook\.md#[a-z-]+$/);
    }
  });

  it('is named by where it belongs', () => {
    expect(
      alarms.map(({ AlarmName }) => AlarmName.replace('SmartsuppCrmForwarder-prod-', '')).toSorted(),
    ).toMatchInlineSnapshot(`
[
  "Api-Events-Errors",
  "Api-Events-Rejected",
  "Api-Events-RejectedNotKept",
  "Api-Events-Throttles",
  "Api-Events-WrongSignature",
  "Api-Fetch-Errors",
  "Api-Fetch-FetchFailed",
  "Api-Fetch-FetchLate",
  "Api-Fetch-NotFetched",
  "Api-Fetch-Throttles",
  "Api-Fetch-TokenRefused",
  "Api-FetchQueue-FetchDeadLetters",
  "Api-Reconcile-Errors",
  "Api-Reconcile-Throttles",
  "Api-Reconcile-TokenRefused",
  "Deliver-Errors",
  "Deliver-FormatChanged",
  "Deliver-Healed",
  "Deliver-MessagesFailed",
  "Deliver-SetAside",
  "Deliver-Throttles",
  "Deliver-hubspot-CredentialsRefused",
  "Deliver-hubspot-Parked",
  "Deliver-hubspot-Redirected",
  "Deliver-hubspot-Warned",
  "Deliver-own-system-CredentialsRefused",
  "Deliver-own-system-Parked",
  "Deliver-own-system-Redirected",
  "FrontDoor-HookFailed",
  "FrontDoor-RefusedBurst",
  "FrontDoor-TurnedAway",
  "FrontDoor-WrongKey",
  "HookKey-Digest-Errors",
  "HookKey-Digest-Throttles",
  "NothingDelivered",
  "Queue-DeadLetters",
  "Queue-QueueNotEmptied",
  "Receive-Errors",
  "Receive-Rejected",
  "Receive-RejectedNotKept",
  "Receive-Throttles",
  "Sweep-DeliveriesLate",
  "Sweep-ReconcileLate",
  "Sweep-Run-Errors",
  "Sweep-Run-Throttles",
  "Sweep-Silent",
  "Sweep-SweepStopped",
  "Sweep-Swept",
]
`);
  });

  it('tells the topic, and tells it when it is over, but not that it has begun to work', () => {
    const topic = { Ref: expect.stringMatching(/^AlarmsTopic/) };
    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toEqual([topic]);
      expect(OKActions).toBeUndefined();
    }
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: {
          alarmName: [{ prefix: 'SmartsuppCrmForwarder-prod-' }],
          state: { value: ['OK'] },
          previousState: { value: ['ALARM'] },
        },
      },
    });
  });

  it('that goes by a metric of ours, goes by one that is sent', () => {
    const filters = Object.values(template.findResources('AWS::Logs::MetricFilter'));
    const known = [
      ...Object.keys(metricUnits),
      ...filters.map(({ Properties }) => Properties.MetricTransformations[0].MetricName),
    ];
    const ours = alarms
      .flatMap((alarm) => [alarm, ...(alarm.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])])
      .filter(({ Namespace }) => Namespace === 'SmartsuppCrmForwarder-prod')
      .map(({ MetricName }) => MetricName);
    expect(ours.length).toBeGreaterThan(5);
    expect(ours.filter((name) => !known.includes(name))).toEqual([]);
  });
});

it.each(aboutAlarms.map((section) => [anchorOf(section), section]))(
  'the section %s says what it means, what to look at and what to run',
  (_anchor, section) => {
    expect(section).toMatch(/\*\*It means\.\*\* .+\n\n\*\*Look at\.\*\* .+\*\*Run\.\*\* .+```sh\n.+```/s);
  },
);

describe('the topic', () => {
  it('takes no plain HTTP, and only what alarms and rules of this account say', () => {
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    const allowed = (service: string) =>
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: `${service}.amazonaws.com` },
        Condition: expect.objectContaining({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
      });
    expect(policy?.['Properties'].PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      allowed('cloudwatch'),
      allowed('events'),
    ]);
  });

  it.each(['cloudwatch', 'events'])('is encrypted with a key of its own, which %s may use', (service) => {
    template.hasResourceProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Object.keys(template.findResources('AWS::KMS::Key'))[0], 'Arn'] },
    });
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    expect(key?.['Properties']).toMatchObject({ EnableKeyRotation: true });
    expect(key?.['Properties'].KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Principal: { Service: `${service}.amazonaws.com` },
      }),
    );
  });

  it('is told to a chat channel if that is wanted, by a function that reads one secret and notes what it told', () => {
    const notify = { to: 'slack', on: ['alarms', 'missed'], withWords: false } as const;
    const posting = Template.fromStack(forwarderStack(testApp(), { config: { notify } }));
    posting.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'lambda' });
    const policies = Object.values(posting.findResources('AWS::IAM::Policy')).map(({ Properties }) => Properties);
    const [policy, ...others] = policies.filter(({ Roles }) => Roles[0].Ref.startsWith('NotifyTell'));
    expect(others).toEqual([]);
    const actions = policy.PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
    expect(actions.toSorted()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
    ]);
    const [writes] = policy.PolicyDocument.Statement.filter(({ Action }: { Action: string | string[] }) =>
      [Action].flat().includes('dynamodb:PutItem'),
    );
    expect(writes.Condition['ForAllValues:StringLike']).toEqual({ 'dynamodb:LeadingKeys': ['TOLD', 'SWEEP'] });
    expect(JSON.stringify(posting.toJSON())).toContain('NotifySecretArn');
    const dev = forwarderStack(testApp(), { stage: 'dev', config: { notify } });
    Template.fromStack(dev).resourceCountIs('AWS::SNS::Subscription', 0);
  });

  it('goes to the configured address, and where there is none, to nobody', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'operator@shop.example' });
    const silent = forwarderStack(testApp(), { config: { alarmEmail: undefined } });
    Template.fromStack(silent).resourceCountIs('AWS::SNS::Subscription', 0);
  });
});
