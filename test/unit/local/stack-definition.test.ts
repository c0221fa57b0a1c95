import { describe, expect, test } from '@jest/globals';
import type { Resource, Template } from '../../../local/template/assembly.ts';
import { type Created, createReferences } from '../../../local/template/identities.ts';
import { readStack } from '../../../local/template/stack.ts';

const fn = (variables: Readonly<Record<string, unknown>> = {}): Resource => ({
  Type: 'AWS::Lambda::Function',
  Metadata: { 'aws:cdk:path': 'Stack/HookKey/Digest/Function/Resource' },
  Properties: {
    Code: { S3Bucket: { 'Fn::Sub': 'bucket' }, S3Key: 'abc.zip' },
    Handler: 'index.handler',
    Timeout: 10,
    MemorySize: 512,
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Environment: { Variables: variables },
  },
});

const queue = (properties: Readonly<Record<string, unknown>> = {}): Resource => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
});

function read(
  resources: Template['Resources'],
  options: { outputs?: Template['Outputs']; created?: Map<string, Created> } = {},
) {
  const { outputs = {}, created = new Map<string, Created>() } = options;
  const template: Template = { Resources: resources, Outputs: outputs, Parameters: { Version: { Default: '21' } } };
  const queueUrl = (name: string) => `http://127.0.0.1:1/000000000000/${name}`;
  const references = createReferences({ template, stackName: 'App', queueUrl, created });
  return readStack({ stackName: 'App', template, assetDirectory: (key) => `/assets/${key}` }, references);
}

describe('queues', () => {
  test('have the attributes of the template, and the defaults of SQS for the rest', () => {
    const { queues } = read({
      Dead: queue(),
      Chats: queue({
        VisibilityTimeout: 360,
        SqsManagedSseEnabled: true,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
      }),
    });
    const [dead, chats] = queues();
    expect(dead).toEqual({
      name: 'App-Dead',
      attributes: expect.objectContaining({ VisibilityTimeout: '30', RedrivePolicy: '' }),
    });
    expect(chats?.attributes).toEqual({
      VisibilityTimeout: '360',
      DelaySeconds: '0',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:App-Dead","maxReceiveCount":5}',
    });
  });
});

describe('tables', () => {
  const table = (sortKey: string): Resource => ({
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: sortKey, KeyType: 'HASH' }],
      Replicas: [{ Region: { Ref: 'AWS::Region' } }],
    },
  });

  test('are called differently once their keys differ, and alike as long as they do not', () => {
    const nameOf = (resource: Resource) => read({ Table: resource }).tables()[0]?.name;
    expect(nameOf(table('pk'))).toMatch(/^App-Table-[0-9a-f]{8}$/);
    expect(nameOf(table('pk'))).toBe(nameOf(table('pk')));
    expect(nameOf(table('other'))).not.toBe(nameOf(table('pk')));
  });
});

describe('functions', () => {
  test('have their environment resolved', () => {
    const stack = read({
      Chats: queue({ QueueName: 'chats' }),
      Receive: fn({
        QUEUE_URL: { Ref: 'Chats' },
        NAME: { Ref: 'AWS::StackName' },
        COUNT: 3,
        VERSION: { Ref: 'Version' },
      }),
    });
    expect(stack.function('App-Receive')).toEqual({
      name: 'App-Receive',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:App-Receive',
      label: 'hook-key-digest',
      codeDirectory: '/assets/abc.zip',
      handler: 'index.handler',
      timeoutSeconds: 10,
      memoryMegabytes: 512,
      reservedConcurrency: undefined,
      environment: { QUEUE_URL: 'http://127.0.0.1:1/000000000000/chats', NAME: 'App', COUNT: '3', VERSION: '21' },
    });
  });

  test('may use what a custom resource answered, once it was created', () => {
    const created = new Map<string, Created>();
    const resources = {
      Key: { Type: 'Custom::Key', Properties: { ServiceToken: { 'Fn::GetAtt': ['Digest', 'Arn'] }, Revision: 1 } },
      Digest: fn(),
      Receive: fn({ DIGESTS: { 'Fn::GetAtt': ['Key', 'Digests'] } }),
    };
    const stack = read(resources, { created });
    expect(() => stack.function('App-Receive')).toThrow('Receive: Key is needed before it can be created.');
    const [custom] = stack.customResources();
    expect(custom?.read()).toEqual(expect.objectContaining({ functionName: 'App-Digest', type: 'Custom::Key' }));
    created.set('Key', { physicalId: 'key', data: { Digests: 'abc' } });
    expect(stack.function('App-Receive').environment).toEqual({ DIGESTS: 'abc' });
  });

  test.each([
    [
      'a resource that does not run here',
      { 'Fn::GetAtt': ['Role', 'Arn'] },
      /needed, but the local stack runs no AWS::IAM::Role/,
    ],
    ['a resource that is not there', { Ref: 'Missing' }, /refers to Missing, which it does not have/],
    ['an attribute that is not known', { 'Fn::GetAtt': ['Chats', 'Colour'] }, /knows no attribute Colour of Chats/],
  ])('cannot depend on %s', (_name, value, message) => {
    const stack = read({ Role: { Type: 'AWS::IAM::Role' }, Chats: queue(), Receive: fn({ VALUE: value }) });
    expect(() => stack.function('App-Receive')).toThrow(message);
    expect(() => stack.function('App-Receive')).toThrow(/^Receive: /);
  });
});

test('a mapping says how a queue feeds a function', () => {
  const stack = read({
    Chats: queue(),
    Deliver: fn(),
    Alias: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Chats', 'Arn'] },
        FunctionName: { Ref: 'Deliver' },
        BatchSize: '5',
        MaximumBatchingWindowInSeconds: 1,
        ScalingConfig: { MaximumConcurrency: 2 },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
  });
  expect(stack.mappings()).toEqual([
    {
      queueArn: 'arn:aws:sqs:us-east-1:000000000000:App-Chats',
      functionName: 'App-Deliver',
      batchSize: 5,
      windowSeconds: 1,
      maxConcurrency: 2,
      reportsItemFailures: true,
    },
  ]);
});

test('a route leads to its function, however its integration names it', () => {
  const uri = {
    'Fn::Join': [
      '',
      [
        'arn:aws:apigateway:',
        { Ref: 'AWS::Region' },
        ':lambda:path/2015-03-31/functions/',
        { 'Fn::GetAtt': ['Receive', 'Arn'] },
        '/invocations',
      ],
    ],
  };
  const stack = read({
    Receive: fn(),
    Integration: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { IntegrationUri: uri, TimeoutInMillis: 5000 } },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { RouteKey: 'POST /a/{b}', Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] } },
    },
  });
  expect(stack.routes()).toEqual([{ routeKey: 'POST /a/{b}', functionName: 'App-Receive', timeoutMilliseconds: 5000 }]);
});

describe('a schedule', () => {
  const rule = (ScheduleExpression: string | undefined) => ({
    Sweep: fn(),
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { ScheduleExpression, Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Sweep', 'Arn'] } }] },
    },
  });

  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('of %s calls its function', (expression, everyMilliseconds) => {
    expect(read(rule(expression)).schedules()).toEqual([
      {
        ruleArn: 'arn:aws:events:us-east-1:000000000000:rule/App-Rule',
        functionName: 'App-Sweep',
        everyMilliseconds,
      },
    ]);
  });

  test('that is no rate, is told, and a rule for events is none', () => {
    expect(() => read(rule('cron(0 12 * * ? *)')).schedules()).toThrow('Rule: The local stack runs rate(…), not cron(');
    expect(read(rule(undefined)).schedules()).toEqual([]);
  });
});

test('a secret says whose credentials it holds', () => {
  const generate = { PasswordLength: 43, ExcludePunctuation: true };
  const stack = read({
    Key: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: generate } },
    Demo: { Type: 'AWS::SecretsManager::Secret', Metadata: { Destination: 'demo' } },
  });
  expect(stack.secrets()).toEqual([
    { arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:App-Key', name: undefined, generate },
    { arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:App-Demo', name: 'demo', generate: {} },
  ]);
});

test('an output is resolved, and one that is missing is told', () => {
  const stack = read({ Chats: queue() }, { outputs: { QueueUrl: { Value: { Ref: 'Chats' } } } });
  expect(stack.output('QueueUrl')).toBe('http://127.0.0.1:1/000000000000/App-Chats');
  expect(() => stack.output('TableName')).toThrow('infra/ must have the output TableName');
});
