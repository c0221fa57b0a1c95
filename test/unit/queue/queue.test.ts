import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createPutBackDeadLetters } from '../../../cli/commands/replay/dead-letters.ts';
import { createOpenMessage } from '../../../lambda/queue/envelope.ts';
import {
  createDefer,
  createEnqueue,
  createEnqueueChat,
  createLease,
  createSendAll,
  NotLeased,
} from '../../../lambda/queue/queue.ts';
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

describe('what SQS does not take is not taken for sent', () => {
  test('if it is one of several', async () => {
    const Successful = [{ Id: '0', MessageId: '1', MD5OfMessageBody: md5('one') }];
    const Failed = [{ Id: '1', Code: 'InternalError', SenderFault: false }];
    server.inject({ how: { status: 200, body: { Successful, Failed } } });
    await expect(createSendAll(queue)(['one', 'two'])).rejects.toThrow('1 messages were not sent: InternalError.');
  });

  test('and a dead letter stays where it is', async () => {
    const Messages = [{ MessageId: '1', Body: 'a chat', MD5OfBody: md5('a chat'), ReceiptHandle: 'receipt' }];
    server.inject({ how: { status: 200, body: { Messages } } });
    server.inject({ how: { status: 200, body: {} } });
    const putBack = createPutBackDeadLetters({ ...queue, deadLetterQueueUrl: 'http://127.0.0.1/dead-letters' });
    await expect(putBack()).rejects.toThrow('InvalidChecksumError');
    expect(server.asked().map(({ operation }) => operation)).toEqual(['ReceiveMessage', 'SendMessage']);
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
  expect(entries.flat()).toContainEqual({ Id: '9', ReceiptHandle: 'handle 99', VisibilityTimeout: 52 });
});

describe('a batch of which SQS hides a part', () => {
  const failed = (Id: string, Code: string, SenderFault: boolean) => ({ Id, Code, SenderFault });
  const handlesAsked = () =>
    server
      .asked()
      .map(({ input: { Entries } }) =>
        Array.isArray(Entries) ? Entries.map(({ ReceiptHandle }) => ReceiptHandle) : [],
      );
  const lease = (pauses: number[] = []) =>
    createLease({ ...queue, sleep: async (milliseconds) => pauses.push(milliseconds), random: () => 0.5 });

  test('is asked again for what failed by SQS’s own fault, and for no other message', async () => {
    const pauses: number[] = [];
    server.inject({ how: { status: 200, body: { Failed: [failed('1', 'InternalError', false)] } } });
    await lease(pauses)(['a', 'b', 'c'], inSeconds(52));
    expect(handlesAsked()).toEqual([['a', 'b', 'c'], ['b']]);
    expect(pauses).toEqual([50]);
  });

  test('counts those that have left the queue already, once the others are hidden', async () => {
    const Failed = [failed('0', 'MessageNotInflight', true), failed('2', 'InternalError', false)];
    server.inject({ how: { status: 200, body: { Failed } } });
    await expect(lease()(['a', 'b', 'c'], inSeconds(52))).rejects.toThrow(new NotLeased(1, ['MessageNotInflight']));
    expect(handlesAsked()).toEqual([['a', 'b', 'c'], ['c']]);
  });

  test('has an end', async () => {
    const Failed = [failed('0', 'InternalError', false)];
    for (let time = 0; time < 10; time += 1) server.inject({ how: { status: 200, body: { Failed } } });
    await expect(lease()(['a'], inSeconds(52))).rejects.toThrow(NotLeased);
    expect(server.asked()).toHaveLength(4);
  });

  test('hides the other tens if one call is refused', async () => {
    server.inject({ how: { status: 400, body: { __type: 'QueueDoesNotExist' } } });
    const handles = Array.from({ length: 30 }, (_, at) => `handle ${at}`);
    await expect(lease()(handles, inSeconds(52))).rejects.toMatchObject({ count: 10 });
    expect(handlesAsked()).toHaveLength(3);
  });
});
