import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from '@jest/globals';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { endpointOf } from '../../../../lambda/platform/aws/endpoint.ts';

const variable = 'AWS_ENDPOINT_URL_DYNAMODB';
afterEach(() => {
  delete process.env[variable];
});

/** Where the SDK's own clients go. */
async function endpointsOfTheSdk(region: string) {
  const endpoints: string[] = [];
  const options = {
    region,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    requestHandler: {
      handle: async ({ protocol, hostname }: HttpRequest) => {
        endpoints.push(`${protocol}//${hostname}`);
        return { response: new HttpResponse({ statusCode: 200, headers: {}, body: Buffer.from('{}') }) };
      },
    },
  };
  await new DynamoDBClient(options).send(new ListTablesCommand());
  await new SQSClient(options).send(new ListQueuesCommand());
  await new SecretsManagerClient(options).send(new ListSecretsCommand());
  return endpoints;
}

/** A region of each part of the world that has a domain of its own. */
test.each([
  'eu-central-1',
  'us-east-1',
  'us-gov-west-1',
  'cn-north-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'us-isof-south-1',
  'eu-isoe-west-1',
])('in %s the services are where the SDK finds them', async (region) => {
  const ours = (['dynamodb', 'sqs', 'secretsmanager'] as const).map((service) => endpointOf(service, region));
  expect(ours).toEqual(await endpointsOfTheSdk(region));
});

test('a service is where the environment says, and no other is', () => {
  process.env[variable] = 'http://127.0.0.1:8000';
  expect(endpointOf('dynamodb', 'eu-central-1')).toBe('http://127.0.0.1:8000');
  expect(endpointOf('sqs', 'eu-central-1')).toBe('https://sqs.eu-central-1.amazonaws.com');
});
