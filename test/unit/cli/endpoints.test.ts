import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HttpRequest } from '@smithy/core/protocols';
import { connect } from '../../../cli/lib/deployment/connect.ts';
import { clientOptions, type OnAws } from '../../../cli/lib/deployment/on-aws.ts';
import { newDirectory } from '../../integration/local/support/directory.ts';

const { env } = process;
beforeEach(() => {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('AWS_'));
  process.env = { ...Object.fromEntries(others), AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };
});
afterEach(() => {
  process.env = env;
});

const outputs = {
  HookUrl: 'https://example.execute-api.eu-central-1.amazonaws.com/smartsupp/',
  HookKeyDigests: '',
  HookKeySecretArn: 'hook-key',
  DestinationSecrets: '{}',
  QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/chats',
  DeadLetterQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/dead',
  TableName: 'chats',
  ErasureTableName: 'erasures',
};

/** Where the commands' clients send their requests: to CloudFormation, SQS and Secrets Manager. None is sent. */
async function endpointsOf(where: OnAws) {
  const asked: string[] = [];
  const note = () => async (args: { readonly request: unknown }) => {
    if (HttpRequest.isInstance(args.request)) asked.push(hostOf(args.request));
    return { response: {}, output: { $metadata: {} } };
  };
  const cloudFormation = new CloudFormationClient(clientOptions(where));
  const region = await cloudFormation.config.region();
  const client = { ...clientOptions(where), region };
  const { sqs, secrets } = connect({ name: 'the test', outputs, configFile: '', client });
  cloudFormation.middlewareStack.add(note, { step: 'build' });
  sqs.middlewareStack.add(note, { step: 'build' });
  secrets.middlewareStack.add(note, { step: 'build' });
  await cloudFormation.send(new ListStacksCommand({}));
  await sqs.send(new GetQueueAttributesCommand({ QueueUrl: outputs.QueueUrl }));
  await secrets.send(new ListSecretsCommand({}));
  return asked;
}

const hostOf = ({ hostname, port }: HttpRequest) => (port === undefined ? hostname : `${hostname}:${port}`);

const own = { cloudFormation: 'http://127.0.0.1:4566', sqs: 'http://127.0.0.1:4567' };

test.each([
  [
    'nothing',
    {},
    [
      'cloudformation.eu-central-1.amazonaws.com',
      'sqs.eu-central-1.amazonaws.com',
      'secretsmanager.eu-central-1.amazonaws.com',
    ],
  ],
  [
    'FIPS',
    { AWS_USE_FIPS_ENDPOINT: 'true' },
    [
      'cloudformation-fips.eu-central-1.amazonaws.com',
      'sqs-fips.eu-central-1.amazonaws.com',
      'secretsmanager-fips.eu-central-1.amazonaws.com',
    ],
  ],
  [
    'dual-stack',
    { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
    ['cloudformation.eu-central-1.api.aws', 'sqs.eu-central-1.api.aws', 'secretsmanager.eu-central-1.amazonaws.com'],
  ],
  ['an endpoint', { AWS_ENDPOINT_URL: own.sqs }, ['127.0.0.1:4567', '127.0.0.1:4567', '127.0.0.1:4567']],
  [
    'endpoints of services',
    { AWS_ENDPOINT_URL_CLOUDFORMATION: own.cloudFormation, AWS_ENDPOINT_URL_SQS: own.sqs },
    ['127.0.0.1:4566', '127.0.0.1:4567', 'secretsmanager.eu-central-1.amazonaws.com'],
  ],
])('the environment names %s', async (_what, variables, hosts) => {
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  Object.assign(process.env, keys, variables);
  expect(await endpointsOf({ stage: 'prod', region: 'eu-central-1' })).toEqual(hosts);
});

test('a profile names its region and the endpoints of its services', async () => {
  const AWS_CONFIG_FILE = join(newDirectory(), 'config');
  writeFileSync(
    AWS_CONFIG_FILE,
    `
[profile shop]
region = eu-west-1
aws_access_key_id = test
aws_secret_access_key = test
services = emulated

[services emulated]
secrets_manager =
  endpoint_url = ${own.sqs}
`,
  );
  Object.assign(process.env, { AWS_CONFIG_FILE, AWS_PROFILE: 'shop' });
  expect(await endpointsOf({ stage: 'prod' })).toEqual([
    'cloudformation.eu-west-1.amazonaws.com',
    'sqs.eu-west-1.amazonaws.com',
    '127.0.0.1:4567',
  ]);
});
