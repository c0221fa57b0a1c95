import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ChangeMessageVisibilityCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, jest, test } from '@jest/globals';
import { provisionQueues } from '../../../local/provision/queues-and-tables.ts';
import { newDirectory } from './support/directory.ts';
import { eventually } from './support/eventually.ts';
import { startSqs, type TestSqs } from './support/sqs.ts';

// Real processes, and a machine that may be busy.
jest.setTimeout(120_000);

async function receive({ client, queueUrl }: TestSqs, WaitTimeSeconds = 0) {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    WaitTimeSeconds,
    MessageSystemAttributeNames: ['All'],
  });
  return (await client.send(command)).Messages?.[0];
}

test('what was in flight when the stack ended is there again after the next start, at once', async () => {
  const directory = newDirectory();
  const before = await startSqs(directory);
  await before.send('taken');
  await before.send('waiting');
  expect((await receive(before))?.Body).toBe('taken');
  await before.stop();

  const after = await startSqs(directory);
  const found = [await receive(after), await receive(after)];
  expect(found.map((message) => message?.Body).toSorted()).toEqual(['taken', 'waiting']);
  const taken = found.find((message) => message?.Body === 'taken');
  expect(taken?.Attributes?.['ApproximateReceiveCount']).toBe('2');
  await after.stop();
});

test('a queue follows the template', async () => {
  const directory = newDirectory();
  const before = await startSqs(directory, { VisibilityTimeout: '60' });
  expect(await before.attribute('VisibilityTimeout')).toBe(60);
  await provisionQueues(before.client, [{ name: 'chats', attributes: { VisibilityTimeout: '90' } }]);
  expect(await before.attribute('VisibilityTimeout')).toBe(90);
  await before.stop();
});

test('a message that was not deleted is counted as ready once it is visible again, though nobody receives', async () => {
  const sqs = await startSqs();
  await sqs.send('chat');
  const taken = await receive(sqs);
  expect(await sqs.attribute('ApproximateNumberOfMessagesNotVisible')).toBe(1);
  await sqs.client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: sqs.queueUrl,
      ReceiptHandle: taken?.ReceiptHandle,
      VisibilityTimeout: 1,
    }),
  );
  await eventually(async () => (await sqs.attribute('ApproximateNumberOfMessagesNotVisible')) === 0, 5000);
  expect(await sqs.attribute('ApproximateNumberOfMessages')).toBe(1);
  await sqs.stop();
});

test('a message that is given back is there again', async () => {
  const sqs = await startSqs();
  await sqs.send('chat');
  const first = await receive(sqs);
  await sqs.client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: sqs.queueUrl,
      ReceiptHandle: first?.ReceiptHandle,
      VisibilityTimeout: 0,
    }),
  );
  expect((await receive(sqs))?.Body).toBe('chat');
  await sqs.stop();
});

test('a server that is killed is started again where it was, with what it had', async () => {
  const sqs = await startSqs();
  await sqs.send('chat');
  const pid = sqs.server.pid();
  if (pid === undefined) throw new Error('The server does not run.');
  process.kill(pid, 'SIGKILL');
  await eventually(() => sqs.server.isUp() && sqs.server.pid() !== pid);
  expect((await receive(sqs, 1))?.Body).toBe('chat');
  await sqs.stop();
});

test('what is sent at once is there after a kill, as soon as it was acknowledged', async () => {
  const sqs = await startSqs();
  const bodies = Array.from({ length: 40 }, (_, index) => `chat ${index}`);
  await Promise.all(bodies.map(sqs.send));
  await sqs.server.stop();

  const after = await startSqs(sqs.directory);
  expect(await after.attribute('ApproximateNumberOfMessages')).toBe(bodies.length);
  await after.stop();
});

test('what cannot be written is not acknowledged', async () => {
  const sqs = await startSqs();
  const other = new DatabaseSync(join(sqs.directory, 'fauxqs.db'));
  other.exec('BEGIN IMMEDIATE');
  await expect(sqs.send('refused')).rejects.toThrow();
  other.exec('ROLLBACK');
  other.close();

  await sqs.send('kept');
  await sqs.server.stop();
  const after = await startSqs(sqs.directory);
  expect([(await receive(after))?.Body, await receive(after)]).toEqual(['kept', undefined]);
  await after.stop();
});
