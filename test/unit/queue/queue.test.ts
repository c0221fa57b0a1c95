import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createOpenMessage } from '../../../lambda/queue/envelope.ts';
import { createDefer, createEnqueue, createEnqueueChat, createLease } from '../../../lambda/queue/queue.ts';
import { type FakeAws, startFakeAws } from '../../support/fake-aws.ts';

const now = () => new Date('2026-05-04T08:00:00Z');
const inSeconds = (seconds: number) => new Date(now().getTime() + seconds * 1000);
const queueUrl = 'http://127.0.0.1/chats';
const md5 = (text: unknown) => createHash('md5').update(String(text)).digest('hex');

let server: FakeAws;
let queue: Parameters<typeof createLease>[0];
beforeEach(async () => {
  server = await startFakeAws(({ input }) => ({ MD5OfMessageBody: md5(input['MessageBody']) }));
  queue = { sqs: new SQSClient(server.options), queueUrl, now };
});
afterEach(() => server.close());

describe('queueing', () => {
  const never = () => Promise.reject(new Error('Nothing here is that large.'));
  const body = '{"accountId":208}';

  test('seals a hook’s body in an envelope', async () => {
    await createEnqueue({ ...queue, putClaimCheck: never })(body, now());
    expect(server.asked()).toMatchObject([{ operation: 'SendMessage', input: { QueueUrl: queueUrl } }]);
    const opened = await createOpenMessage(never)(String(server.asked()[0]?.input['MessageBody']));
    expect(opened).toEqual({ kind: 'hook', body, receivedAt: now() });
  });

  test('refers to a chat that is stored', async () => {
    await createEnqueueChat(queue)('208:1', ['hubspot']);
    const opened = await createOpenMessage(never)(String(server.asked()[0]?.input['MessageBody']));
    expect(opened).toEqual({ kind: 'chat', conversationId: '208:1', destinations: ['hubspot'] });
  });

  test.each([
    ['the checksum of another text', { MD5OfMessageBody: 'ff' }],
    ['no checksum', {}],
  ])('fails if SQS answers with %s', async (_what, answer) => {
    server.inject({ how: { status: 200, body: answer } });
    await expect(createEnqueue({ ...queue, putClaimCheck: never })(body, now())).rejects.toThrow(
      'InvalidChecksumError',
    );
  });
});

describe('a message is hidden', () => {
  test.each([
    ['until it is due, to the full second', inSeconds(29.2), 30],
    ['for a second if it is due now', now(), 1],
    ['for a second if it was due long ago', inSeconds(-100), 1],
  ])('%s', async (_how, until, seconds) => {
    await createDefer(queue)('handle', until);
    expect(server.asked()).toMatchObject([
      { operation: 'ChangeMessageVisibility', input: { ReceiptHandle: 'handle', VisibilityTimeout: seconds } },
    ]);
  });
});

test('a batch of a hundred is hidden in ten calls', async () => {
  await createLease(queue)(
    Array.from({ length: 100 }, (_, at) => `handle ${at}`),
    inSeconds(52),
  );
  const entries = server.asked().flatMap(({ input: { Entries } }) => (Array.isArray(Entries) ? [Entries] : []));
  expect(entries.map(({ length }) => length)).toEqual(Array.from({ length: 10 }, () => 10));
  expect(entries.flat()).toContainEqual({ Id: '99', ReceiptHandle: 'handle 99', VisibilityTimeout: 52 });
});
