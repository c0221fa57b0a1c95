import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { KeepRejected } from '../../../lambda/receive/answers.ts';
import { createReceiver } from '../../../lambda/receive/receiver.ts';
import { createAuthenticator } from '../../../lambda/receive/request.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';

const digest = (key: string) => createHash('sha256').update(key).digest('hex');
const chat = JSON.stringify({ accountId: 208, channel: { id: 55039 }, visitor: { name: 'Žofie' } });

function createSystem(options: { queueAway?: boolean; tableAway?: boolean; roomFull?: boolean } = {}) {
  const queued: string[] = [];
  const rejected: { body: string; reason: string }[] = [];
  const waiting: string[] = [];
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => {
    lines.push(line);
  };
  const keepRejected: KeepRejected = async (body, { reason }) => {
    if (options.tableAway) throw new Error('table away');
    if (options.roomFull) return undefined;
    rejected.push({ body: Buffer.from(body).toString('latin1'), reason });
    return 'r1';
  };
  const receive = createReceiver({
    isAuthentic: createAuthenticator([digest('right'), digest('previous')]),
    validate: validateHook,
    enqueue: async (body) => {
      if (options.queueAway) throw new Error('queue away');
      queued.push(body);
    },
    spool: async (body) => {
      if (options.tableAway) throw new Error('table away');
      waiting.push(body);
    },
    keepRejected,
    log: { info: write, warn: write, error: write },
    now: () => new Date('2026-05-01T08:00:00Z'),
  });
  const post = async (
    body: string | undefined,
    parts: { key?: string; isBase64Encoded?: boolean; method?: string; headers?: Record<string, string> } = {},
  ) => {
    const { key = 'right', isBase64Encoded = false, method = 'POST', headers: sent = {} } = parts;
    const requestContext = { http: { method } };
    const request = {
      requestContext,
      pathParameters: { key },
      isBase64Encoded,
      headers: sent,
      ...(body === undefined ? {} : { body }),
    };
    const { statusCode, headers, body: answer } = await receive(request);
    return { statusCode, headers, answer: JSON.parse(answer ?? '') };
  };
  return { queued, waiting, rejected, lines, post };
}

describe('a chat', () => {
  test('is answered 200 once it is on the queue, as it came', async () => {
    const { post, queued } = createSystem();
    const { statusCode, headers, answer } = await post(chat);
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json' });
    expect(answer).toEqual({ status: 'accepted', conversationId: '208:55039' });
    expect(queued).toEqual([chat]);
  });

  test.each([
    ['in base64', Buffer.from(chat).toString('base64'), true],
    ['with a byte order mark', `\ufeff${chat}`, false],
    ['in base64 with a byte order mark', Buffer.from(`\ufeff${chat}`).toString('base64'), true],
  ])('may come %s', async (_how, body, isBase64Encoded) => {
    const { post, queued } = createSystem();
    expect((await post(body, { isBase64Encoded })).statusCode).toBe(200);
    expect(queued).toEqual([chat]);
  });

  test('is accepted with either key during a rotation', async () => {
    expect((await createSystem().post(chat, { key: 'previous' })).statusCode).toBe(200);
  });

  test('is kept in the table when the queue is away, and answered 200 all the same', async () => {
    const { post, waiting } = createSystem({ queueAway: true });
    expect((await post(chat)).answer).toEqual({ status: 'accepted', conversationId: '208:55039' });
    expect(waiting).toEqual([chat]);
  });

  test('is answered 503 with a time to try again when both are away', async () => {
    const { statusCode, headers } = await createSystem({ queueAway: true, tableAway: true }).post(chat);
    expect(statusCode).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '30', 'content-type': 'application/problem+json' });
  });
});

test.each(['wrong', '', 'right '])('a request with the key "%s" is answered 404', async (key) => {
  const { post, queued, rejected } = createSystem();
  const { statusCode, answer } = await post(chat, { key });
  expect(statusCode).toBe(404);
  expect(answer).toMatchObject({ status: 404, title: 'Not found' });
  expect([queued, rejected]).toEqual([[], []]);
});

test('a slash after the key does no harm', async () => {
  const { post, queued } = createSystem();
  expect((await post(chat, { key: 'right/' })).statusCode).toBe(200);
  expect(queued).toEqual([chat]);
});

test.each(['right', 'wrong'])(
  'a GET with the key "%s" is told that this is the hook, and nothing is logged',
  async (key) => {
    const { post, queued, rejected, lines } = createSystem();
    const { statusCode, headers, answer } = await post(undefined, { key, method: 'GET' });
    expect(statusCode).toBe(405);
    expect(headers).toMatchObject({ allow: 'POST' });
    expect(answer.detail).toBe('This is the hook: POST to it.');
    expect([queued, rejected, lines]).toEqual([[], [], []]);
  },
);

describe('a body that is not a chat', () => {
  test('is kept, and answered with a pointer to each fault', async () => {
    const { post, rejected } = createSystem();
    const body = JSON.stringify({ accountId: 208, channel: {}, beginAt: 'now' });
    const { statusCode, headers, answer } = await post(body);
    expect(statusCode).toBe(400);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json' });
    expect(answer.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/channel/id']);
    expect(answer.rejectedId).toBe('r1');
    expect(rejected).toEqual([{ body, reason: 'invalid' }]);
  });

  const chatWith = (...bytes: readonly number[]) =>
    Buffer.concat([
      Buffer.from('{"accountId":208,"channel":{"id":1},"messages":[{"content":"'),
      Buffer.from(bytes),
      Buffer.from('"}]}'),
    ]);
  const answers = async (bytes: Buffer) => {
    const { post, rejected, queued } = createSystem();
    const headers = { 'content-length': String(bytes.length) };
    // What API Gateway takes for text comes as text, whatever it was.
    const answered = [
      await post(bytes.toString('utf8'), { headers }),
      await post(bytes.toString('base64'), { headers, isBase64Encoded: true }),
    ];
    const reasons = rejected.map(({ reason }) => reason);
    return { statuses: answered.map(({ statusCode }) => statusCode), reasons, queued };
  };

  test.each([
    ['a byte that no text has', [0xff]],
    ['Latin-1', [0x50, 0xf8, 0xed, 0x9a]],
    ['a character that is cut', [0xe2, 0x82]],
    ['a lone surrogate', [0xed, 0xa0, 0x80]],
    ['a broken byte after a byte order mark', [0xef, 0xbb, 0xbf, 0xff]],
  ])('because its UTF-8 is broken is refused under each content type: %s', async (_what, bytes) => {
    const { statuses, reasons, queued } = await answers(chatWith(...bytes));
    expect([statuses, reasons, queued]).toEqual([[400, 400], ['not-utf-8', 'not-utf-8'], []]);
  });

  test('is none for a U+FFFD that was typed, under no content type', async () => {
    const body = chatWith(0xef, 0xbf, 0xbd);
    const { statuses, queued } = await answers(body);
    expect([statuses, queued]).toEqual([
      [200, 200],
      [body.toString(), body.toString()],
    ]);
  });

  test.each([
    ['nothing at all', undefined, false, 'not-json'],
    ['a form', 'a=b', false, 'not-json'],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), true, 'not-utf-8'],
    ['half of a gzip', gzipSync(chat).subarray(0, 40).toString('base64'), true, 'not-utf-8'],
    ['a bomb', gzipSync(Buffer.alloc(20_000_000, ' ')).toString('base64'), true, 'too-large'],
    ['the statistics hook', '{"domains":{}}', false, 'not-a-chat'],
  ])('is kept with the reason: %s', async (_what, body, isBase64Encoded, reason) => {
    const { post, rejected } = createSystem();
    expect((await post(body, { isBase64Encoded })).statusCode).toBe(400);
    expect(rejected.map((kept) => kept.reason)).toEqual([reason]);
  });

  test('is answered 400 without an id when the day’s quota is used up', async () => {
    const { statusCode, answer } = await createSystem({ roomFull: true }).post('rubbish');
    expect(statusCode).toBe(400);
    expect(answer).not.toHaveProperty('rejectedId');
    expect(answer.detail).toContain('not kept');
  });

  test('is answered 503 if it cannot be kept, since every refused body is kept', async () => {
    expect((await createSystem({ tableAway: true }).post('rubbish')).statusCode).toBe(503);
  });
});

test('no log line holds the key, or a word of the body', async () => {
  const { post, lines } = createSystem();
  await post(chat);
  await post('Žofie wrote rubbish');
  await post(JSON.stringify({ accountId: 1, channel: { id: 1 }, visitor: { variables: { Žofie: [1] } } }));
  await post(chat, { key: 'wrong key' });
  expect(lines.length).toBeGreaterThan(2);
  expect(JSON.stringify(lines)).not.toMatch(/Žofie|right|wrong key/);
});

test.each([[[]], [['short']], [[digest('right'), '']]])(
  'digests that are none are refused at the start: %j',
  (digests) => {
    expect(() => createAuthenticator(digests)).toThrow('HOOK_KEY_DIGESTS');
  },
);
