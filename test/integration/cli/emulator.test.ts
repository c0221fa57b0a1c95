import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, jest, test } from '@jest/globals';
import { hasMoto, startMoto } from '../../support/moto.ts';
import { tableDefinition } from '../../support/table-definition.ts';
import { newDirectory } from '../local/support/directory.ts';
import { createForwarder } from './support/forwarder.ts';

// Every command is a process of its own, on a machine that may be busy.
jest.setTimeout(120_000);

const onMoto = hasMoto() ? test : test.skip;
if (!hasMoto()) process.stdout.write('No moto_server here (pip install "moto[server]"): its test is left out.\n');

/** What the commands ask of a stack. Its queues' URLs are AWS's own, as moto gives them. */
const template = {
  Resources: {
    Table: { Type: 'AWS::DynamoDB::Table', Properties: { ...tableDefinition, BillingMode: 'PAY_PER_REQUEST' } },
    Chats: { Type: 'AWS::SQS::Queue' },
    DeadLetters: { Type: 'AWS::SQS::Queue' },
  },
  Outputs: {
    HookUrl: { Value: 'https://example.execute-api.eu-central-1.amazonaws.com/smartsupp/' },
    HookKeyDigests: { Value: 'none' },
    HookKeySecretArn: { Value: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:HookKey' },
    DestinationSecrets: { Value: '{}' },
    QueueUrl: { Value: { Ref: 'Chats' } },
    DeadLetterQueueUrl: { Value: { Ref: 'DeadLetters' } },
    TableName: { Value: { Ref: 'Table' } },
    ErasureTableName: { Value: 'erasures' },
  },
};

onMoto('the commands find everything where AWS_ENDPOINT_URL says', async () => {
  const moto = await startMoto();
  try {
    const region = 'eu-central-1';
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = { endpoint: moto.url, region, credentials };
    const StackName = 'SmartsuppCrmForwarder-prod';
    const cloudFormation = new CloudFormationClient(client);
    await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const outputs = new Map(stack?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    const message = { QueueUrl: outputs.get('QueueUrl'), MessageBody: 'a chat' };
    await new SQSClient(client).send(new SendMessageCommand(message));

    const env = {
      AWS_ENDPOINT_URL: moto.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_CONFIG_FILE: '/nowhere',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    };
    const { stdout, code } = await createForwarder(newDirectory())(['status', '--json'], { env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      deployment: `${StackName} in ${region}`,
      now: { queue: { messages: 1 } },
    });
  } finally {
    await moto.stop();
  }
});
