import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsCall } from '../../../lambda/platform/aws/call.ts';
import { createOpenMessage } from '../../../lambda/queue/envelope.ts';
import { createDefer, createEnqueue, createEnqueueChat, createLease } from '../../../lambda/queue/queue.ts';

const now = () => new Date('2026-05-04T08:00:00Z');
const inSeconds = (seconds: number) => new Date(now().getTime() + seconds * 1000);
const queueUrl = 'http://127.0.0.1/chats';

/** What SQS was asked. */
const asked: Readonly<Record<string, unknown>>[] = [];
const sqs: AwsCall = async (operation, input) => {
  asked.push({ operation, ...input });
  return {
    MD5OfMessageBody: createHash('md5')
      .update(String(Object(input).MessageBody))
      .digest('hex'),
  };
};
const queue = { sqs, queueUrl, now };
beforeEach(() => {
  asked.length = 0;
});

describe('a body', () => {
  const never = () => Promise.reject(new Error('Nothing here is that large.'));
  const body = '{"accountId":208}';

  test('goes to the queue as an envelope', async () => {
    await createEnqueue({ sqs, queueUrl, putOverflow: never })(body, now());
    expect(asked).toMatchObject([{ operation: 'SendMessage', QueueUrl: queueUrl }]);
    const opened = await createOpenMessage(never)(String(asked[0]?.['MessageBody']));
    expect(opened).toEqual({ kind: 'hook', body, receivedAt: now() });
  });

  test('that is stored goes to the queue as a reference to its chat', async () => {
    await createEnqueueChat({ sqs, queueUrl })('208:1', ['hubspot']);
    expect(asked).toMatchObject([{ operation: 'SendMessage', QueueUrl: queueUrl }]);
    const opened = await createOpenMessage(never)(String(asked[0]?.['MessageBody']));
    expect(opened).toEqual({ kind: 'chat', conversationId: '208:1', destinations: ['hubspot'] });
  });

  test.each([
    ['another text', { MD5OfMessageBody: 'ff' }],
    ['who knows what', {}],
  ])('of which SQS says that it keeps %s is not taken to be there', async (_what, answer) => {
    const enqueue = createEnqueue({ sqs: async () => answer, queueUrl, putOverflow: never });
    await expect(enqueue(body, now())).rejects.toThrow('SQS says that it keeps another message');
  });
});

describe('a message is hidden', () => {
  test.each([
    ['until it is due, to the full second', inSeconds(29.2), 30],
    ['for a second where it is due now', now(), 1],
    ['for a second where it was due long ago', inSeconds(-100), 1],
    ['for less than the 12 hours that SQS allows from its receipt', inSeconds(100 * 60 * 60), 11 * 60 * 60],
  ])('%s', async (_how, until, seconds) => {
    await createDefer(queue)('handle', until);
    expect(asked).toMatchObject([
      { operation: 'ChangeMessageVisibility', ReceiptHandle: 'handle', VisibilityTimeout: seconds },
    ]);
  });
});

test('a batch of a hundred is hidden in ten calls', async () => {
  await createLease(queue)(
    Array.from({ length: 100 }, (_, at) => `handle ${at}`),
    inSeconds(52),
  );
  const entries = asked.flatMap(({ Entries }) => (Array.isArray(Entries) ? [Entries] : []));
  expect(entries.map(({ length }) => length)).toEqual(Array.from({ length: 10 }, () => 10));
  expect(entries.flat().at(-1)).toMatchObject({ ReceiptHandle: 'handle 99', VisibilityTimeout: 52 });
});
