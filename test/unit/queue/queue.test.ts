import { SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { createDefer, createLease } from '../../../lambda/queue/queue.ts';

const now = () => new Date('2026-05-04T08:00:00Z');
const inSeconds = (seconds: number) => new Date(now().getTime() + seconds * 1000);

/** What SQS was asked, by the SDK's own client. */
const requests: Record<string, unknown>[] = [];
const sqs = new SQSClient({
  region: 'eu-central-1',
  endpoint: 'http://127.0.0.1',
  credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  requestHandler: {
    handle: async ({ body }: HttpRequest) => {
      requests.push(JSON.parse(new TextDecoder().decode(body)));
      return { response: new HttpResponse({ statusCode: 200, headers: {}, body: Buffer.from('{}') }) };
    },
  },
});
const queue = { sqs, queueUrl: 'http://127.0.0.1/chats', now };
beforeEach(() => {
  requests.length = 0;
});

describe('a message is hidden', () => {
  test.each([
    ['until it is due, to the full second', inSeconds(29.2), 30],
    ['for a second where it is due now', now(), 1],
    ['for a second where it was due long ago', inSeconds(-100), 1],
    ['for less than the 12 hours that SQS allows from its receipt', inSeconds(100 * 60 * 60), 11 * 60 * 60],
  ])('%s', async (_how, until, seconds) => {
    await createDefer(queue)('handle', until);
    expect(requests).toMatchObject([{ ReceiptHandle: 'handle', VisibilityTimeout: seconds }]);
  });
});

test('a batch of a hundred is hidden in ten calls', async () => {
  await createLease(queue)(
    Array.from({ length: 100 }, (_, at) => `handle ${at}`),
    inSeconds(52),
  );
  const entries = requests.flatMap(({ Entries }) => (Array.isArray(Entries) ? [Entries] : []));
  expect(entries.map(({ length }) => length)).toEqual(Array.from({ length: 10 }, () => 10));
  expect(entries.flat().at(-1)).toMatchObject({ ReceiptHandle: 'handle 99', VisibilityTimeout: 52 });
});
