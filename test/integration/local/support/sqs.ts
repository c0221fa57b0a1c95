import { join } from 'node:path';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { account, credentialsOf } from '../../../../local/lib/settings.ts';
import { provisionQueues } from '../../../../local/provision/queues-and-tables.ts';
import { superviseServer } from '../../../../local/servers/servers.ts';
import { newDirectory } from './directory.ts';

const accessKey = 'of-this-test';

export type TestSqs = Awaited<ReturnType<typeof startSqs>>;

/** The embedded SQS in its own process, with one queue, `chats`. */
export async function startSqs(directory = newDirectory(), attributes: Readonly<Record<string, string>> = {}) {
  const script = join(process.cwd(), 'local/servers/sqs-process.ts');
  const server = await superviseServer({ script, accessKey, directory, log: (output) => output.resume() });
  const client = new SQSClient({
    endpoint: server.endpoint,
    region: account.region,
    credentials: credentialsOf(accessKey),
  });
  await provisionQueues(client, [{ name: 'chats', attributes: { VisibilityTimeout: '600', ...attributes } }]);
  const queueUrl = `${server.endpoint}/${account.id}/chats`;
  return {
    server,
    client,
    queueUrl,
    directory,
    send: (body: string) => client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body })),
    attribute: async (
      name: 'VisibilityTimeout' | 'ApproximateNumberOfMessages' | 'ApproximateNumberOfMessagesNotVisible',
    ) => {
      const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [name] });
      return Number((await client.send(command)).Attributes?.[name]);
    },
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}
