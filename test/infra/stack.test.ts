import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { maxReceiveCount } from '../../infra/queues.ts';
import manifest from '../../package.json' with { type: 'json' };
import { forwarderStack, testApp, withApi } from './support/stacks.ts';

// The rules have their own test; the template is made in a tenth of the time without them.
process.env['CDK_VALIDATION'] = 'false';
const template = Template.fromStack(forwarderStack(testApp()));

const properties = (type: string, match: unknown = {}): readonly unknown[] =>
  Object.values(template.findResources(type, { Properties: match })).map(({ Properties }) => Properties);

const only = (type: string, match?: unknown) => {
  const [found, ...others] = properties(type, match);
  expect(others).toEqual([]);
  return Object(found);
};

const functionOf = (description: RegExp) =>
  only('AWS::Lambda::Function', { Description: Match.stringLikeRegexp(description.source) });

describe('the functions', () => {
  it('run on Node 24 and arm64, take what concurrency there is, and have logs that end some day', () => {
    const functions = properties('AWS::Lambda::Function').map(Object);
    expect(functions).toHaveLength(4);
    const logGroups = template.findResources('AWS::Logs::LogGroup');
    for (const each of functions) {
      expect(each).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
      });
      expect(each).not.toHaveProperty('ReservedConcurrentExecutions');
      expect(each).not.toHaveProperty('TracingConfig');
      expect(logGroups[each.LoggingConfig.LogGroup.Ref]?.['Properties']).toMatchObject({ RetentionInDays: 30 });
    }
  });

  it('have the environment that the handlers ask for', () => {
    const receive = functionOf(/Takes the Smartsupp hook/);
    expect(receive.Environment.Variables).toEqual({
      QUEUE_URL: { Ref: expect.stringMatching(/^QueueChats/) },
      TABLE_NAME: { Ref: expect.stringMatching(/^Conversations/) },
      HOOK_KEY_DIGESTS: { 'Fn::GetAtt': [expect.stringMatching(/^HookKeyDigests/), 'Digests'] },
      REJECTED_RETENTION_DAYS: '30',
    });
    const deliver = functionOf(/delivers/);
    expect(Object.keys(deliver.Environment.Variables).toSorted()).toEqual([
      'DESTINATION_SECRETS',
      'METRICS_NAMESPACE',
      'QUEUE_URL',
      'TABLE_NAME',
    ]);
  });

  it('are stopped when they feed themselves, but for deliver, which does so on purpose', () => {
    const allowed = properties('AWS::Lambda::Function', { RecursiveLoop: Match.anyValue() });
    expect(allowed).toEqual([expect.objectContaining({ RecursiveLoop: 'Allow' })]);
    expect(functionOf(/delivers/).RecursiveLoop).toBe('Allow');
  });
});

describe('the queue', () => {
  const queue = () => only('AWS::SQS::Queue', { RedrivePolicy: Match.anyValue() });

  // That retries need fewer is held by unit/delivering/coming-back.
  it('puts aside what ends the function again and again', () => {
    const { deadLetterTargetArn, ...policy } = queue().RedrivePolicy;
    expect(policy).toEqual({ maxReceiveCount });
    expect(deadLetterTargetArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^QueueDeadLetters/), 'Arn'] });
  });

  it('hides a message for at least six times as long as deliver may take', () => {
    expect(queue().VisibilityTimeout).toBeGreaterThanOrEqual(6 * functionOf(/delivers/).Timeout);
  });

  it('keeps messages for 14 days, encrypted, and refuses plain HTTP, as does its dead-letter queue', () => {
    const queues = template.findResources('AWS::SQS::Queue');
    expect(Object.keys(queues)).toHaveLength(2);
    for (const [id, { Properties }] of Object.entries(queues)) {
      expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 60 * 60, SqsManagedSseEnabled: true });
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: id }],
        PolicyDocument: {
          Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
        },
      });
    }
  });

  it('feeds deliver in batches of which a part may fail', () => {
    expect(only('AWS::Lambda::EventSourceMapping')).toMatchObject({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 7 },
    });
  });
});

describe('code and settings', () => {
  const live = (name: string) => expect.stringMatching(new RegExp(`^${name}FunctionAliaslive`));

  it('are replaced at once, since the hook and the queue call a published version', () => {
    expect(only('AWS::ApiGatewayV2::Integration').IntegrationUri).toEqual({ Ref: live('Receive') });
    const feed = JSON.stringify(only('AWS::Lambda::EventSourceMapping').FunctionName);
    expect(feed).toMatch(/DeliverFunctionAliaslive.*:live/);
    expect(properties('AWS::Lambda::Alias').map((alias) => Object(alias).Name)).toEqual(['live', 'live']);
  });
});

describe('the table', () => {
  it('outlives the stack, and can be put back', () => {
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      // Not on create: a first deployment that fails leaves nothing.
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        Replicas: [
          {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          },
        ],
      },
    });
  });

  it('has no body in an index', () => {
    const indexes = properties('AWS::DynamoDB::GlobalTable').flatMap((one) => Object(one).GlobalSecondaryIndexes ?? []);
    const included: readonly { ProjectionType: string; NonKeyAttributes: readonly string[] }[] = indexes.map(
      ({ Projection }) => Projection,
    );
    expect(included).toHaveLength(2);
    for (const { ProjectionType, NonKeyAttributes } of included) {
      expect(ProjectionType).toBe('INCLUDE');
      expect(NonKeyAttributes).not.toContain('body');
      expect(NonKeyAttributes).not.toContain('data');
    }
  });
});

describe('the front door', () => {
  it('takes the hook, and a probe on the same path', () => {
    const keys = properties('AWS::ApiGatewayV2::Route').map((route) => Object(route).RouteKey);
    expect(keys).toEqual(['POST /smartsupp/{key+}', 'GET /smartsupp/{key+}']);
  });

  it('is throttled', () => {
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = only('AWS::ApiGatewayV2::Stage').DefaultRouteSettings;
    expect(ThrottlingRateLimit).toBeGreaterThan(0);
    expect(ThrottlingBurstLimit).toBeGreaterThan(0);
  });

  it('logs every request as JSON without what would give the key away', () => {
    const format: Readonly<Record<string, string>> = JSON.parse(
      only('AWS::ApiGatewayV2::Stage').AccessLogSettings.Format,
    );
    expect(Object.values(format).toSorted()).toEqual([
      '$context.identity.sourceIp',
      '$context.integrationErrorMessage',
      '$context.integrationLatency',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.routeKey',
      '$context.status',
    ]);
  });
});

describe('the secrets', () => {
  const secrets = template.findResources('AWS::SecretsManager::Secret');

  it('of the hook outlives the stack, so that a stack that is made again can keep the URL', () => {
    const [key] = Object.values(secrets).filter(({ Metadata }) => Object(Metadata).Destination === undefined);
    expect(key).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
  });

  it('are one for the hook and one for each destination', () => {
    const named = Object.values(secrets).map(({ Metadata }) => Object(Metadata).Destination);
    expect(named.toSorted()).toEqual(['hubspot', 'own-system', undefined]);
  });

  // CloudFormation makes a new value when this changes: a key that Smartsupp does not have, over a token that was put in.
  it('keep the values that they have', () => {
    for (const { Properties, Metadata } of Object.values(secrets)) {
      const length = Object(Metadata).Destination === undefined ? 43 : 32;
      expect(Properties.GenerateSecretString).toEqual({ PasswordLength: length, ExcludePunctuation: true });
    }
  });

  it('are known to deliver by the names of their destinations', () => {
    const { DESTINATION_SECRETS } = functionOf(/delivers/).Environment.Variables;
    const [, parts] = DESTINATION_SECRETS['Fn::Join'];
    const json = parts.map((part: unknown) => (typeof part === 'string' ? part : Object(part).Ref)).join('');
    expect(JSON.parse(json)).toEqual({
      hubspot: expect.stringMatching(/^Destinationshubspot/),
      'own-system': expect.stringMatching(/^Destinationsownsystem/),
    });
  });
});

// Another name is another resource: an empty table, a lost queue, a new address and key to be sent to Smartsupp.
it('what holds something keeps its name', () => {
  const stateful = [
    'AWS::DynamoDB::GlobalTable',
    'AWS::SQS::Queue',
    'AWS::SecretsManager::Secret',
    'AWS::ApiGatewayV2::Api',
  ];
  const names = stateful.flatMap((type) => Object.keys(template.findResources(type)));
  expect(names.toSorted()).toMatchInlineSnapshot(`
[
  "ConversationsTable05F75AD7",
  "Destinationshubspot7B1C86F8",
  "Destinationsownsystem65A45E4C",
  "ErasuresTableD2BCF02B",
  "FrontDoorApi9446D656",
  "HookKeySecret438D58F8",
  "QueueChatsAC802958",
  "QueueDeadLetters9B423CAD",
]
`);
});

it('sweeps every minute, and looks for news to post as often', () => {
  const notify = { to: 'slack', on: ['missed'], withWords: false } as const;
  const posting = Template.fromStack(forwarderStack(testApp(), { config: { notify } }));
  const schedules = Object.values(posting.findResources('AWS::Events::Rule'))
    .filter(({ Properties }) => Properties.ScheduleExpression !== undefined)
    .map(({ Properties: { Targets, ScheduleExpression, State } }) => [
      JSON.stringify(Targets).match(/Sweep|Notify/)?.[0],
      ScheduleExpression,
      State,
    ]);
  expect(schedules.toSorted()).toEqual([
    ['Notify', 'rate(1 minute)', 'ENABLED'],
    ['Sweep', 'rate(1 minute)', 'ENABLED'],
  ]);
});

it('logs under the names by which the runbook calls', () => {
  const withBoth = Template.fromStack(forwarderStack(testApp(), { config: withApi }));
  const groups = Object.values(withBoth.findResources('AWS::Logs::LogGroup'));
  const names = groups.map(({ Properties }) => Properties.LogGroupName);
  const called = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/aws logs tail (\S+)/g)].map(([, name]) => name);
  expect(called.length).toBeGreaterThan(5);
  expect(names).toEqual(expect.arrayContaining(called));
});

it('says where everything is', () => {
  expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual([
    'AlarmTopicArn',
    'ConfigDigest',
    'DashboardUrl',
    'DeadLetterQueueUrl',
    'DeliverFunctionName',
    'DestinationSecrets',
    'ErasureTableName',
    'HookKeyCommand',
    'HookKeyDigests',
    'HookKeySecretArn',
    'HookUrl',
    'QueueUrl',
    'ReceiveFunctionName',
    'Runbook',
    'Stage',
    'SweepFunctionName',
    'TableName',
    'Version',
  ]);
  template.hasOutput('Version', { Value: manifest.version });
  template.hasOutput('Stage', { Value: 'prod' });
});
