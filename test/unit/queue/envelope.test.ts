import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createOpenMessage, isHeavy, maxMessageBytes, referTo, seal } from '../../../lambda/queue/envelope.ts';
import { anyCharacter } from '../../support/any-character.ts';

const receivedAt = new Date('2026-05-01T08:00:00.123Z');

function createMemory() {
  const kept = new Map<string, Uint8Array>();
  return {
    size: () => kept.size,
    put: async (bytes: Uint8Array) => {
      kept.set(String(kept.size), bytes);
      return String(kept.size - 1);
    },
    open: createOpenMessage(async (id) => kept.get(id) ?? Promise.reject(new Error(`nothing under ${id}`))),
  };
}
const kindOf = (message: string) => JSON.parse(message).body.kind;
const incompressible = (length: number) =>
  randomBytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length);
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const charactersOfSqs = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]*$/u;

describe('a hook’s body comes out of the queue as it went in', () => {
  test.each([
    ['as it is, if it fits', 'text', 'x'.repeat(900_000)],
    ['compressed, if that fits', 'zstd', 'x'.repeat(5_000_000)],
    ['compressed, if it fits but for its quoting', 'zstd', '"'.repeat(600_000)],
    ['by reference, if nothing fits', 'stored', incompressible(4_000_000)],
  ])('%s', async (_how, kind, body) => {
    const memory = createMemory();
    const message = await seal(body, receivedAt, memory.put);
    expect(kindOf(message)).toBe(kind);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(maxMessageBytes);
    expect(memory.size()).toBe(kind === 'stored' ? 1 : 0);
    expect(isHeavy(message)).toBe(kind !== 'text');
    const opened = await memory.open(message);
    expect(opened).toMatchObject({ kind: 'hook', receivedAt });
    // Not with toEqual, which would print megabytes.
    expect(opened.kind === 'hook' && opened.body === body).toBe(true);
  });

  test('with any content, in characters that SQS accepts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: anyCharacter }), async (body) => {
        const { put, open } = createMemory();
        const message = await seal(body, receivedAt, put);
        expect(message).toMatch(charactersOfSqs);
        expect(await open(message)).toEqual({ kind: 'hook', body, receivedAt });
      }),
      { examples: [['\ufffe\uffff\u0000\u007f\ud800 🐎'], ['"body":{"kind":"zstd"']] },
    );
  });
});

describe('a message that refers to a stored chat', () => {
  const many = Array.from({ length: 100 }, (_, index) => `destination-${index}`.padEnd(40, 'x'));

  test.each([
    ['one destination', ['hubspot']],
    ['none', []],
    ['many', many],
  ])('names the chat and %s, and is light', async (_whom, destinations) => {
    const message = referTo('208:55039', destinations);
    expect(await createMemory().open(message)).toEqual({ kind: 'chat', conversationId: '208:55039', destinations });
    expect(isHeavy(message)).toBe(false);
    expect(message).toMatch(charactersOfSqs);
  });
});

const hookWith = (body: string) => `{"version":1,"receivedAt":"2026-05-01T08:00:00Z","body":${body}}`;
const chatWith = (rest: string) => `{"version":1,${rest}}`;

test.each([
  ['no JSON', 'hello'],
  ['null', 'null'],
  ['another version of a hook', hookWith('{"kind":"text","text":""}').replace('1', '2')],
  ['another version of a chat', chatWith('"conversationId":"1:1","destinations":[]').replace('1', '2')],
  ['no time', '{"version":1,"receivedAt":"soon","body":{"kind":"text","text":""}}'],
  ['neither a body nor a chat', '{"version":1,"receivedAt":"2026-05-01T08:00:00Z"}'],
  ['a body of an unknown kind', hookWith('{"kind":"toString"}')],
  ['a body without its text', hookWith('{"kind":"text"}')],
  ['a broken body', hookWith('{"kind":"zstd","base64":"bm8genN0ZA=="}')],
  ['a chat without an id', chatWith('"destinations":["hubspot"]')],
  ['a chat for nobody knows whom', chatWith('"conversationId":"1:1"')],
  ['destinations that are no list', chatWith('"conversationId":"1:1","destinations":"hubspot"')],
  ['destinations that are no names', chatWith('"conversationId":"1:1","destinations":[1]')],
])('a message that is not an envelope is returned as unreadable, not thrown: %s', async (_what, message) => {
  expect(await createMemory().open(message)).toMatchObject({ kind: 'unreadable', reason: 'no-envelope' });
});

test('a claim check whose body is gone is an error, never an empty chat', async () => {
  const message = await seal(incompressible(3_000_000), receivedAt, createMemory().put);
  await expect(createMemory().open(message)).rejects.toThrow('nothing under 0');
});
