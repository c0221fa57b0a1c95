import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { openReceiveTable } from '../../lambda/receive-table.ts';
import type { Table } from '../../lambda/store/table.ts';
import { bundledCode } from '../support/bundled-code.ts';
import { refusal, startFakeAws } from '../support/fake-aws.ts';
import { forwarderStack, testApp, withApi } from './support/stacks.ts';

// The rules have their own test; the template is made in a tenth of the time without them.
process.env['CDK_VALIDATION'] = 'false';
const template = Template.fromStack(forwarderStack(testApp(), { config: withApi }));

/** `action resource's logical ID`, for everything that a role may do. */
const permissions = (role: RegExp): readonly string[] =>
  Object.values(template.findResources('AWS::IAM::Policy'))
    .map(({ Properties }) => Properties)
    .filter(({ Roles }) => role.test(Roles[0].Ref))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) =>
      [Resource].flat().flatMap((one) => [Action].flat().map((action) => `${action} ${nameOf(one)}`)),
    )
    .toSorted();

/** A resource's logical ID, without the hash at its end. */
const nameOf = (resource: Resource): string => {
  const [, parts] = resource['Fn::Join'] ?? [];
  if (parts !== undefined) return parts.map((part) => (typeof part === 'string' ? part : nameOf(part))).join('');
  return (resource.Ref ?? resource['Fn::GetAtt']?.[0] ?? JSON.stringify(resource)).replace(/[0-9A-F]{8}$/, '');
};

type Resource = {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly string[];
  readonly 'Fn::Join'?: readonly [separator: string, parts: readonly (string | Resource)[]];
};

const logs = (name: string) => [`logs:CreateLogStream ${name}Logs`, `logs:PutLogEvents ${name}Logs`];

/** What Lambda itself does in deliver's name, to feed it. */
const eventSource = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];

describe('permissions', () => {
  it('receive may send and keep: it reads neither a secret nor the table nor the queue', () => {
    expect(permissions(/^Receive/)).toEqual([
      'dynamodb:PutItem ConversationsTable',
      'dynamodb:UpdateItem ConversationsTable',
      ...logs('Receive'),
      'sqs:SendMessage QueueChats',
    ]);
  });

  /** The conditions under which receive may write. */
  const conditionsOfReceive = () => {
    const statements = Object.values(template.findResources('AWS::IAM::Policy'))
      .filter(({ Properties }) => /^Receive/.test(Properties.Roles[0].Ref))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const [only, ...others] = statements.filter(({ Action }) => [Action].flat().join().includes('dynamodb:'));
    expect(others).toEqual([]);
    return only.Condition;
  };

  it('receive may write to its own partitions alone, and is not told what was there', () => {
    expect(conditionsOfReceive()).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['REJECTED', 'REJECTED#*', 'SPOOL#*', 'CLAIMCHECK#*'] },
      StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE'] },
    });
  });

  // Neither the local stack nor the emulators judge conditions, so a call that AWS forbids would be noticed there only.
  it('receive may do all that it does with the table', async () => {
    const dynamodb = await startFakeAws(() => ({}));
    const { endpoint, region, credentials } = dynamodb.options;
    const before = { ...process.env };
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      TABLE_NAME: 'chats',
      REJECTED_RETENTION_DAYS: '30',
    });
    const table = openReceiveTable({ maxAttempts: 1, requestTimeoutMs: 3000 }, () => new Date(0));
    process.env = before;
    await table.putClaimCheck(Buffer.from('a large body'));
    await table.spool('a body', new Date(0));
    const isKept = refusal('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException');
    dynamodb.inject({ how: isKept });
    await table.keepRejected(Buffer.from('a refused body'), { reason: 'invalid', detail: '', faults: [] });
    await dynamodb.close();

    const { 'ForAllValues:StringLike': leading, StringEqualsIfExists: returned } = conditionsOfReceive();
    const isAllowed = (key: string) =>
      leading['dynamodb:LeadingKeys'].some((pattern: string) =>
        pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern,
      );
    const asked = dynamodb.asked().map(({ operation, input }) => {
      const { pk } = Object(input['Key'] ?? input['Item']);
      expect(isAllowed(pk.S)).toBe(true);
      expect(returned['dynamodb:ReturnValues']).toContain(input['ReturnValues'] ?? 'NONE');
      expect(input['ReturnValuesOnConditionCheckFailure']).toBeUndefined();
      return `${operation} ${pk.S.split('#')[0]}`;
    });
    expect(asked.toSorted()).toEqual([
      'PutItem CLAIMCHECK',
      'PutItem REJECTED',
      'PutItem REJECTED',
      'PutItem SPOOL',
      'PutItem SPOOL',
      'UpdateItem REJECTED',
      'UpdateItem REJECTED',
    ]);
    expect(['CHAT#208#1', 'PERSON#email#eva@example.com', 'TOKEN#crm', 'REJECTEDX'].filter(isAllowed)).toEqual([]);
  });

  it('events may send, keep and read the shared secret: it reads neither the token nor the table', () => {
    expect(permissions(/^ApiEvents/)).toEqual([
      'dynamodb:PutItem ConversationsTable',
      'dynamodb:UpdateItem ConversationsTable',
      ...logs('ApiEvents'),
      'secretsmanager:GetSecretValue ApiWebhooks',
      'sqs:SendMessage ApiFetchQueueRequests',
    ]);
  });

  it('fetch may read the token, ask who is held, and put snapshots on the queue', () => {
    expect(permissions(/^ApiFetch/)).toEqual([
      'dynamodb:BatchGetItem ConversationsTable',
      'dynamodb:GetItem ConversationsTable',
      'dynamodb:PutItem ConversationsTable',
      'dynamodb:Query ConversationsTable',
      'dynamodb:Query ConversationsTable/index/byVisitor',
      'dynamodb:UpdateItem ConversationsTable',
      ...logs('ApiFetch'),
      'secretsmanager:GetSecretValue ApiToken',
      ...['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
        (action) => `sqs:${action} ApiFetchQueueRequests`,
      ),
      'sqs:SendMessage ApiFetchQueueRequests',
      'sqs:SendMessage QueueChats',
    ]);
  });

  it('reconcile may read the token, see what was fetched, and ask for more', () => {
    expect(permissions(/^ApiReconcile/)).toEqual([
      'dynamodb:BatchGetItem ConversationsTable',
      'dynamodb:GetItem ConversationsTable',
      'dynamodb:PutItem ConversationsTable',
      ...logs('ApiReconcile'),
      'secretsmanager:GetSecretValue ApiToken',
      'sqs:SendMessage ApiFetchQueueRequests',
    ]);
  });

  it('deliver may work on the queue, the table and the secrets of its destinations', () => {
    expect(permissions(/^Deliver/)).toEqual([
      'dynamodb:DeleteItem ConversationsTable',
      'dynamodb:GetItem ConversationsTable',
      'dynamodb:PutItem ConversationsTable',
      'dynamodb:Query ConversationsTable',
      'dynamodb:Query ConversationsTable/index/byVisitor',
      'dynamodb:UpdateItem ConversationsTable',
      ...logs('Deliver'),
      'secretsmanager:GetSecretValue Destinationshubspot',
      'secretsmanager:GetSecretValue Destinationsownsystem',
      'sqs:ChangeMessageVisibility QueueChats',
      'sqs:DeleteMessage QueueChats',
      'sqs:GetQueueAttributes QueueChats',
      'sqs:GetQueueUrl QueueChats',
      'sqs:ReceiveMessage QueueChats',
      'sqs:SendMessage QueueChats',
    ]);
  });

  it('sweep may look through what is listed, and put it on the queue', () => {
    expect(permissions(/^SweepRun/)).toEqual([
      'dynamodb:BatchGetItem ConversationsTable',
      'dynamodb:DeleteItem ConversationsTable',
      'dynamodb:GetItem ConversationsTable',
      'dynamodb:PutItem ConversationsTable',
      'dynamodb:Query ConversationsTable',
      'dynamodb:Query ConversationsTable/index/byVisitor',
      'dynamodb:Query ConversationsTable/index/listing',
      'dynamodb:UpdateItem ConversationsTable',
      ...logs('SweepRun'),
      'sqs:SendMessage QueueChats',
    ]);
  });

  it('digest-hook-key may read the hook key, and nobody else may', () => {
    expect(permissions(/^HookKeyDigest/)).toEqual([
      ...logs('HookKeyDigest'),
      'secretsmanager:GetSecretValue HookKeySecret',
    ]);
    expect(permissions(/./).filter((permission) => permission.includes('HookKeySecret'))).toHaveLength(1);
  });

  it('come from these policies alone, without a wildcard', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(Object.keys(Properties).toSorted()).toEqual(['AssumeRolePolicyDocument', 'Tags']);
    }
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const granted = statements.map(({ Action, Resource }) => JSON.stringify([Action, Resource]));
    expect(granted.filter((each) => each.includes('*'))).toEqual([]);
  });

  // A call that the code makes and the role forbids would be noticed on AWS only.
  it.each([
    ['lambda/receive.ts', /^Receive/, []],
    ['lambda/events.ts', /^ApiEvents/, []],
    ['lambda/fetch.ts', /^ApiFetch/, eventSource],
    ['lambda/reconcile.ts', /^ApiReconcile/, []],
    ['lambda/deliver.ts', /^Deliver/, eventSource],
    ['lambda/sweep.ts', /^SweepRun/, []],
  ])('are what %s asks of the table and the queue, no less and no more', (entry, role, others) => {
    const granted = permissions(role).filter((permission) => /^(dynamodb|sqs):/.test(permission));
    const needed = [...actionsIn(entry), ...others];
    expect([...new Set(granted.map((permission) => permission.split(' ')[0]))].toSorted()).toEqual(
      [...new Set(needed)].toSorted(),
    );
  });
});

/** The permissions that a function's code asks for, by what it does with the table and the queue. */
function actionsIn(entry: string): readonly string[] {
  const code = bundledCode([entry]);
  // esbuild numbers a name that it meets in several files.
  const uses = /\btable\d*\.(\w+)\(|\bnew ((?:SendMessage|ChangeMessageVisibility)(?:Batch)?)Command\d*\(/g;
  return [...code.matchAll(uses)].flatMap(([, ofTable = '', ofQueue = '']) => {
    const action = new Map(Object.entries(actions)).get(ofTable || ofQueue);
    if (action === undefined) throw new Error(`Say which permission ${ofTable || ofQueue} asks for.`);
    return action;
  });
}

type Operation = keyof Table | `${'SendMessage' | 'ChangeMessageVisibility'}${'' | 'Batch'}`;

const actions: Readonly<Record<Operation, string | readonly string[]>> = {
  get: 'dynamodb:GetItem',
  getMany: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  query: 'dynamodb:Query',
  scan: 'dynamodb:Scan',
  SendMessage: 'sqs:SendMessage',
  SendMessageBatch: 'sqs:SendMessage',
  ChangeMessageVisibility: 'sqs:ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'sqs:ChangeMessageVisibility',
};
