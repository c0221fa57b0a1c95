import { join } from 'node:path';
import {
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { failed, type InvocationResult } from '../../../local/lambda/function.ts';
import { TemplateError } from '../../../local/lib/errors.ts';
import { account, credentialsOf } from '../../../local/lib/settings.ts';
import { createCustomResources } from '../../../local/provision/custom-resources.ts';
import { provisionTables } from '../../../local/provision/queues-and-tables.ts';
import { startSecretsManager } from '../../../local/servers/secrets-manager.ts';
import { type EmbeddedServer, superviseServer } from '../../../local/servers/servers.ts';
import type { Created } from '../../../local/template/identities.ts';
import { newDirectory } from './support/directory.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

const accessKey = 'of-this-test';

describe('tables', () => {
  let server: EmbeddedServer;
  let dynamodb: DynamoDBClient;

  beforeAll(async () => {
    const script = join(process.cwd(), 'local/servers/dynamodb-process.ts');
    server = await superviseServer({ script, accessKey, directory: newDirectory(), log: (output) => output.resume() });
    dynamodb = new DynamoDBClient({
      endpoint: server.endpoint,
      region: account.region,
      credentials: credentialsOf(accessKey),
    });
  });
  afterAll(async () => {
    dynamodb.destroy();
    await server.stop();
  });

  const key = (AttributeName: string, KeyType = 'HASH') => ({ AttributeName, KeyType });
  const table = (name: string, index?: string) => ({
    name,
    properties: {
      AttributeDefinitions: ['pk', ...(index ? [index] : [])].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [key('pk')],
      GlobalSecondaryIndexes: index
        ? [{ IndexName: 'index', KeySchema: [key(index)], Projection: { ProjectionType: 'ALL' } }]
        : undefined,
    },
  });
  const item = { pk: { S: 'a' }, listed: { S: 'chat' }, body: { B: new Uint8Array([1, 2, 3]) } };

  test('keep what they hold, also when their keys or indexes change', async () => {
    await provisionTables(dynamodb, [table('Table-00000001'), table('Other-00000001')]);
    await dynamodb.send(new PutItemCommand({ TableName: 'Table-00000001', Item: item }));
    await provisionTables(dynamodb, [table('Table-00000001'), table('Other-00000001')]);
    const get = new GetItemCommand({ TableName: 'Table-00000001', Key: { pk: item.pk } });
    expect((await dynamodb.send(get)).Item).toEqual(item);

    await provisionTables(dynamodb, [table('Table-00000002', 'listed'), table('Other-00000001')]);
    const query = new QueryCommand({
      TableName: 'Table-00000002',
      IndexName: 'index',
      KeyConditionExpression: 'listed = :chat',
      ExpressionAttributeValues: { ':chat': { S: 'chat' } },
    });
    expect((await dynamodb.send(query)).Items).toEqual([item]);
    const { TableNames } = await dynamodb.send(new ListTablesCommand());
    expect(TableNames).toEqual(['Other-00000001', 'Table-00000002']);
  });
});

describe('secrets', () => {
  test('are given out by ARN, and only those that there are', async () => {
    const server = await startSecretsManager(accessKey);
    const client = new SecretsManagerClient({
      endpoint: server.endpoint,
      region: account.region,
      credentials: credentialsOf(accessKey),
    });
    const get = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));
    server.put(new Map([['arn:secret', 'välue']]));
    expect((await get('arn:secret')).SecretString).toBe('välue');
    await expect(get('arn:other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    client.destroy();
    server.stop();
  });
});

describe('custom resources', () => {
  const resource = (logicalId: string, properties: Readonly<Record<string, unknown>> = {}) => ({
    logicalId,
    read: () => ({ logicalId, type: 'Custom::Key', functionName: 'App-Digest', properties }),
  });

  /** Stands for the function: answers to the URL in the event, as one on AWS would. */
  function functions(
    answer: (event: Record<string, unknown>) => unknown,
    result: InvocationResult = { succeeded: true, payload: 'null' },
  ) {
    const retired: string[] = [];
    return {
      retired,
      invoke: async (_name: string, text: string) => {
        const event = JSON.parse(text);
        const body = answer(event);
        if (body !== undefined) await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(body) });
        return result;
      },
      retire: async (name: string) => {
        retired.push(name);
      },
    };
  }

  test('are created by their functions, which are not needed afterwards', async () => {
    const events: unknown[] = [];
    const created = new Map<string, Created>();
    const digest = functions((event) => {
      events.push(event);
      return { Status: 'SUCCESS', PhysicalResourceId: 'key', Data: { Digests: 'abc' } };
    });
    await createCustomResources([resource('Key', { ServiceToken: 'arn', Count: 1, Flag: true })], {
      stackName: 'App',
      functions: digest,
      created,
    });
    expect(created).toEqual(new Map([['Key', { physicalId: 'key', data: { Digests: 'abc' } }]]));
    expect(digest.retired).toEqual(['App-Digest']);
    expect(events).toEqual([
      expect.objectContaining({
        RequestType: 'Create',
        ResponseURL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}$/),
        LogicalResourceId: 'Key',
        ResourceType: 'Custom::Key',
        ServiceToken: 'arn',
        ResourceProperties: { ServiceToken: 'arn', Count: '1', Flag: 'true' },
      }),
    ]);
  });

  test('that refer to each other are created in that order', async () => {
    const created = new Map<string, Created>();
    const second = {
      logicalId: 'Second',
      read: () => {
        if (!created.has('First')) throw new TemplateError('Second: First is needed before it can be created.');
        return resource('Second').read();
      },
    };
    const digest = functions(() => ({ Status: 'SUCCESS', PhysicalResourceId: 'x' }));
    await createCustomResources([second, resource('First')], { stackName: 'App', functions: digest, created });
    expect([...created.keys()]).toEqual(['First', 'Second']);

    created.clear();
    const alone = createCustomResources([second], { stackName: 'App', functions: digest, created });
    await expect(alone).rejects.toThrow('First is needed before it can be created.');
  });

  test.each([
    ['says why', functions(() => ({ Status: 'FAILED', Reason: 'no such secret' })), 'no such secret'],
    ['does not answer', functions(() => undefined), 'its function did not answer'],
    ['dies', functions(() => undefined, failed('Runtime.ExitError', 'exit status 1')), 'exit status 1'],
  ])('that fail stop the start: the function %s', async (_name, broken, message) => {
    const creation = createCustomResources([resource('Key')], {
      stackName: 'App',
      functions: broken,
      created: new Map(),
    });
    await expect(creation).rejects.toThrow(`Custom::Key Key could not be created: ${message}`);
  });
});
