import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHeavy, mostMessageBytes, seal, unseal } from '../../../lambda/queue/envelope.ts';

const receivedAt = new Date('2026-05-01T08:00:00.123Z');

function createMemory() {
  const kept = new Map<string, Uint8Array>();
  return {
    size: () => kept.size,
    put: async (bytes: Uint8Array) => {
      kept.set(String(kept.size), bytes);
      return String(kept.size - 1);
    },
    get: async (id: string) => kept.get(id) ?? Promise.reject(new Error(`nothing under ${id}`)),
  };
}
const envelopeFor = (destinations: string) =>
  `{"version":1,"receivedAt":"2026-05-01T08:00:00Z","body":{"kind":"text","text":""},"destinations":${destinations}}`;
const kindOf = (message: string) => JSON.parse(message).body.kind;
const incompressible = (length: number) =>
  randomBytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length);

describe('a body comes out of the queue as it went in', () => {
  test.each([
    ['as it is, where it fits', 'text', 'x'.repeat(900_000)],
    ['compressed, where that fits', 'zstd', 'x'.repeat(5_000_000)],
    ['compressed, where its quoting does not fit', 'zstd', '"'.repeat(600_000)],
    ['by reference, where nothing fits', 'stored', incompressible(4_000_000)],
  ])('%s', async (_how, kind, body) => {
    const memory = createMemory();
    const message = await seal(body, receivedAt, memory.put);
    expect(kindOf(message)).toBe(kind);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(mostMessageBytes);
    expect(memory.size()).toBe(kind === 'stored' ? 1 : 0);
    const opened = await unseal(message, memory.get);
    expect(opened).toMatchObject({ ok: true, receivedAt });
    expect(opened.ok && opened.body === body).toBe(true);
  });

  test('whatever it holds, in characters that SQS takes', async () => {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]*$/u;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (body) => {
        const message = await seal(body, receivedAt, createMemory().put);
        expect(message).toMatch(allowed);
        expect(await unseal(message, createMemory().get)).toEqual({ ok: true, body, receivedAt });
      }),
      { examples: [['\ufffe\uffff\u0000\u007f\ud800 🐎']] },
    );
  });
});

describe('whom it is for', () => {
  const many = Array.from({ length: 100 }, (_, index) => `destination-${index}`.padEnd(40, 'x'));

  test.each([
    ['one', ['hubspot']],
    ['nobody', []],
    ['many', many],
  ])('is told: %s', async (_whom, destinations) => {
    const memory = createMemory();
    for (const body of ['{}', 'x'.repeat(5_000_000), incompressible(4_000_000)]) {
      const message = await seal(body, receivedAt, memory.put, destinations);
      expect(await unseal(message, memory.get)).toEqual({ ok: true, body, receivedAt, destinations });
      expect(isHeavy(message)).toBe(body !== '{}');
    }
  });

  test('is everybody, where nobody is named', async () => {
    const message = await seal('{}', receivedAt, createMemory().put);
    expect(message).not.toContain('destinations');
    expect(await unseal(message, createMemory().get)).not.toHaveProperty('destinations');
  });

  test('is told of a body, too, that hardly fits by itself', async () => {
    const body = 'x'.repeat(mostMessageBytes - 1500);
    const { put } = createMemory();
    expect(kindOf(await seal(body, receivedAt, put))).toBe('text');
    expect(kindOf(await seal(body, receivedAt, put, many))).toBe('zstd');
  });
});

test.each([
  ['no JSON', 'hello'],
  ['null', 'null'],
  ['another version', '{"version":2,"receivedAt":"2026-05-01T08:00:00Z","body":{"kind":"text","text":""}}'],
  ['no time', '{"version":1,"receivedAt":"soon","body":{"kind":"text","text":""}}'],
  ['no body', '{"version":1,"receivedAt":"2026-05-01T08:00:00Z"}'],
  ['a body of an unknown kind', '{"version":1,"receivedAt":"2026-05-01T08:00:00Z","body":{"kind":"toString"}}'],
  ['names that are none', envelopeFor('"hubspot"')],
  ['names that are no text', envelopeFor('[1]')],
  ['a broken body', '{"version":1,"receivedAt":"2026-05-01T08:00:00Z","body":{"kind":"zstd","base64":"bm8genN0ZA=="}}'],
])('what is no envelope is told apart, not thrown: %s', async (_what, message) => {
  expect(await unseal(message, createMemory().get)).toMatchObject({ ok: false, reason: 'no-envelope' });
});

test('a body that was put elsewhere and is gone is an error, never an empty chat', async () => {
  const message = await seal(incompressible(3_000_000), receivedAt, createMemory().put);
  await expect(unseal(message, createMemory().get)).rejects.toThrow('nothing under 0');
});
