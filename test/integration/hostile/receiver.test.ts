import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { decompress } from '../../../lambda/platform/compression.ts';
import { createOpenMessage, seal } from '../../../lambda/queue/envelope.ts';
import { createReceiver } from '../../../lambda/receive/receiver.ts';
import { createAuthenticator } from '../../../lambda/receive/request.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { rejectedKey } from '../../../lambda/store/keys.ts';
import { createGetClaimCheck, createPutClaimCheck, getChunks } from '../../../lambda/store/large-bodies.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import { createListSpooled, createSpool } from '../../../lambda/store/spool.ts';
import { hostileBodies } from '../../fixtures/hostile-bodies.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { copyFrom } from '../store/support.ts';

jest.setTimeout(120_000);
/** Of the processor's time: a busy machine takes longer. Lambda's limit is 20 s. */
const maxMs = 10_000;
const maxAnswerLength = 10_000;

let running: TestTable;
beforeEach(async () => {
  running = await startTable();
});
afterEach(() => running.close());

const key = 'right';
const now = () => new Date('2026-05-01T08:00:00Z');
const retention = { retentionDays: 30 };

/** The receiver with its real parts, but for the queue, which is a list, and away when told so. */
function createSystem({ queueIsAway = false } = {}) {
  const { table } = running;
  const queue: string[] = [];
  const receive = createReceiver({
    isAuthentic: createAuthenticator([createHash('sha256').update(key).digest('hex')]),
    validate: validateHook,
    enqueue: async (body, receivedAt) => {
      if (queueIsAway) throw new Error('the queue is away');
      queue.push(await seal(body, receivedAt, createPutClaimCheck(table, now)));
    },
    spool: createSpool(table),
    keepRejected: createKeepRejected(table, { ...retention, dailyBytes: 50 * 1024 * 1024, now }),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now,
  });
  const post = async (bytes: Buffer, isBase64Encoded: boolean) => {
    const body = bytes.toString(isBase64Encoded ? 'base64' : 'utf8');
    const begin = process.cpuUsage();
    const requestContext = { http: { method: 'POST' } };
    const request = { requestContext, pathParameters: { key }, body, isBase64Encoded };
    const { statusCode, body: answer = '' } = await receive(request);
    return { statusCode, answer, tookMs: msOf(process.cpuUsage(begin)) };
  };
  return { queue, post };
}

const withoutMark = (bytes: Buffer) => (bytes.subarray(0, 3).toString() === '\ufeff' ? bytes.subarray(3) : bytes);
const msOf = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;
/** Without printing six megabytes where they differ. */
const expectSame = (kept: Uint8Array, sent: Uint8Array) => expect(Buffer.compare(kept, sent)).toBe(0);

const chats = hostileBodies.filter(({ answer }) => answer === 200);
const rubbish = hostileBodies.filter(({ answer }) => answer === 400);

describe('a hostile chat is answered 200 and kept as it came', () => {
  test.each(chats)('$what', async ({ make, text }) => {
    const bytes = make();
    const expected = text === undefined ? withoutMark(bytes) : Buffer.from(text);
    const { queue, post } = createSystem();
    const { statusCode, answer, tookMs } = await post(bytes, true);
    expect([statusCode, answer.length < maxAnswerLength, tookMs < maxMs]).toEqual([200, true, true]);

    const opened = await createOpenMessage(createGetClaimCheck(running.table))(queue[0] ?? '');
    if (opened.kind !== 'hook') throw new Error('what was sealed opens');
    expectSame(Buffer.from(opened.body), expected);
    const copy = copyFrom(opened.body, now());
    const { save, load } = createConversations(running.table, retention);
    await save(copy);
    const stored = await load(copy.conversation.id);
    expectSame(Buffer.from(typeof stored === 'object' ? await stored.readBody() : ''), expected);
  });

  test('while the queue is away, too', async () => {
    const { post } = createSystem({ queueIsAway: true });
    // Whatever a body holds, it lies in the table as bytes: a few of them show that.
    for (const { make } of chats.filter(({ text }) => text === undefined).slice(0, 4)) {
      const bytes = make();
      expect((await post(bytes, true)).statusCode).toBe(200);
      const [hook] = await createListSpooled(running.table)(1);
      expectSame(Buffer.from((await hook?.read())?.body ?? ''), withoutMark(bytes));
      await hook?.remove();
    }
  });
});

describe('what is hostile and no chat is answered 400 and kept as it came', () => {
  test.each(rubbish)('$what', async ({ make }) => {
    const bytes = make();
    const { queue, post } = createSystem();
    const { statusCode, answer, tookMs } = await post(bytes, true);
    expect([statusCode, answer.length < maxAnswerLength, tookMs < maxMs]).toEqual([400, true, true]);
    expect(queue).toEqual([]);
    const { rejectedId } = JSON.parse(answer);
    const kept = await getChunks(running.table, { pk: rejectedKey(rejectedId).pk, prefix: 'BODY#' });
    expectSame(await decompress(kept), bytes);
  });
});

test('keys of prototypes are data, and change nothing else', async () => {
  const { make } = chats.find(({ what }) => what.includes('pollute')) ?? {};
  const { conversation } = copyFrom(make?.().toString() ?? '', now());
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).not.toContain('polluted');
  expect(conversation.visitor.variables).toEqual([
    { key: '__proto__', label: 'p', value: 'p' },
    { key: 'constructor', label: 'constructor', value: '1' },
    { key: 'toString', label: 'toString', value: 't' },
  ]);
  expect(conversation.messages).toMatchObject([{ speaker: 'visitor', text: 'c' }]);
});
