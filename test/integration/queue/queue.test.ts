import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createPutBackDeadLetters } from '../../../cli/commands/replay/dead-letters.ts';
import { depthOf } from '../../../cli/lib/deployment/deployment.ts';
import { visitMessages } from '../../../cli/lib/person/loose-bodies.ts';
import { createOpenMessage } from '../../../lambda/queue/envelope.ts';
import { createDefer, createEnqueue, createEnqueueChat, createLease } from '../../../lambda/queue/queue.ts';
import { maxReceiveCount, queueLanes, type TestQueues } from '../../support/queues.ts';
import { eventually } from '../local/support/eventually.ts';

// A real process, and a machine that may be busy.
jest.setTimeout(120_000);

const now = () => new Date();
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);
const never = () => Promise.reject(new Error('Nothing here is that large.'));

describe.each(queueLanes)('on $lane', ({ start }) => {
  let queues: TestQueues;
  beforeAll(async () => {
    queues = await start();
  });
  afterAll(() => queues.close());

  const queue = () => ({ ...queues, now });
  const depth = () => depthOf(queues, queues.queueUrl);
  const send = (id: string) => createEnqueueChat(queues)(id, ['crm']);
  const receive = async (QueueUrl = queues.queueUrl) => {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 });
    return (await queues.sqs.send(command)).Messages ?? [];
  };
  const received = async () => {
    const [message] = await receive();
    if (message?.ReceiptHandle === undefined) throw new Error('No message came.');
    return { handle: message.ReceiptHandle, body: message.Body ?? '' };
  };
  const remove = (ReceiptHandle: string, QueueUrl = queues.queueUrl) =>
    queues.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const isVisible = async () => (await depth()).messages === 1;

  afterEach(async () => {
    await visitMessages({ ...queues, visit: async () => true });
    expect(await depth()).toEqual({ messages: 0, inFlight: 0 });
  });

  test('a hook comes out as it went in', async () => {
    const at = now();
    await createEnqueue({ ...queues, putClaimCheck: never })('{"accountId":208}', at);
    const { handle, body } = await received();
    expect(await createOpenMessage(never)(body)).toEqual({ kind: 'hook', body: '{"accountId":208}', receivedAt: at });
    await remove(handle);
  });

  test('what is received is in flight, and nobody else gets it, until it is deleted', async () => {
    await send('208:1');
    expect(await depth()).toEqual({ messages: 1, inFlight: 0 });
    const { handle } = await received();
    expect(await depth()).toEqual({ messages: 0, inFlight: 1 });
    expect(await receive()).toEqual([]);
    await remove(handle);
  });

  test.each([
    ['alone', (handle: string, until: Date) => createDefer(queue())(handle, until)],
    ['with its batch', (handle: string, until: Date) => createLease(queue())([handle], until)],
  ])('what is hidden %s comes again then, under another receipt', async (_how, hide) => {
    await send('208:2');
    const first = await received();
    await hide(first.handle, inSeconds(1));
    expect(await receive()).toEqual([]);
    await eventually(isVisible);
    const second = await received();
    expect(second.body).toBe(first.body);
    expect(second.handle).not.toBe(first.handle);
    await remove(second.handle);
  });

  test('what is received too often is a dead letter, which can be put back', async () => {
    await send('208:3');
    for (let count = 0; count < maxReceiveCount; count += 1) {
      const { handle } = await received();
      await createDefer(queue())(handle, inSeconds(1));
      await eventually(isVisible);
    }
    expect(await receive()).toEqual([]);
    expect(await depth()).toEqual({ messages: 0, inFlight: 0 });
    expect((await depthOf(queues, queues.deadLetterQueueUrl)).messages).toBe(1);
    expect(await createPutBackDeadLetters(queues)()).toBe(1);
    const { handle, body } = await received();
    expect(await createOpenMessage(never)(body)).toMatchObject({ conversationId: '208:3' });
    await remove(handle);
  });

  test('a visit sees each message that is not in flight once, and deletes those that are meant', async () => {
    await Promise.all(['208:4', '208:5', '208:6'].map(send));
    const seen: string[] = [];
    const visit = async (message: string) => {
      seen.push(message);
      return message.includes('208:5');
    };
    await visitMessages({ ...queues, visit });
    expect(seen).toHaveLength(3);
    await eventually(async () => (await depth()).messages === 2);
  });
});
