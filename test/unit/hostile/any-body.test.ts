import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { personKeys } from '../../../lambda/conversation/match-keys.ts';
import { contentHash, revisionOf } from '../../../lambda/conversation/revision.ts';
import { renderHtml } from '../../../lambda/conversation/transcript/formats.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import { createOpenMessage, seal } from '../../../lambda/queue/envelope.ts';
import { type Hook, readHook } from '../../../lambda/smartsupp/hook.ts';
import { toConversation } from '../../../lambda/smartsupp/to-conversation.ts';
import { identityOf } from '../../fixtures/identity.ts';
import { anyCharacter } from '../../support/any-character.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 500);

/** Every unit that a JavaScript string can hold, half characters included. */
const text = fc
  .string({ unit: anyCharacter, maxLength: 40 })
  .chain((plain) =>
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(plain) },
      { weight: 1, arbitrary: fc.constantFrom('\ud800', '\udc00', '\u0000', '__proto__', '<b>', '\u202e', '\ufeff') },
    ),
  );
const anything = fc.jsonValue({ maxDepth: 3, stringUnit: anyCharacter });
const aTime = fc.oneof(fc.integer(), fc.double({ noNaN: true, min: -8.64e15, max: 8.64e15 }));

/** What the vendor sends, mostly: any part may be missing, null, or something else altogether. */
const maybe = <T>(usual: fc.Arbitrary<T>, odd: number) =>
  fc.oneof(
    { weight: 100, arbitrary: usual },
    { weight: 10, arbitrary: fc.constant(null) },
    { weight: odd, arbitrary: anything },
  );
function hookLike(odd: number) {
  const part = <T>(usual: fc.Arbitrary<T>) => maybe(usual, odd);
  const some = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] });
  const id = fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    text.filter((value) => value !== ''),
  );
  const variable = fc.oneof(text, fc.boolean(), fc.double(), some({ label: part(text), value: part(text) }));
  const channel = some({ isMissed: part(fc.boolean()), rating: part(fc.double()), ratingDesc: part(text) });
  return fc.record(
    {
      accountId: id,
      channel: fc.tuple(id, channel).map(([channelId, rest]) => ({ ...rest, id: channelId })),
      beginAt: part(aTime),
      endAt: part(aTime),
      visitor: part(
        some({
          id: part(id),
          name: part(text),
          email: part(fc.oneof(text, fc.emailAddress())),
          note: part(text),
          countryCode: part(text),
          variables: part(fc.dictionary(text, variable, { maxKeys: 4 })),
        }),
      ),
      paths: part(fc.array(some({ url: part(text), title: part(text) }), { maxLength: 3 })),
      messages: part(
        fc.array(
          some({
            type: part(fc.constantFrom('visitor', 'agent', 'system', 'bot')),
            name: part(text),
            from: part(fc.oneof(text, fc.integer())),
            content: part(text),
            sentAt: part(aTime),
            triggeredBy: part(text),
          }),
          { maxLength: 4 },
        ),
      ),
    },
    { requiredKeys: ['accountId', 'channel'] },
  );
}

test('reading any text gives a hook or a refusal, and never throws', () => {
  const body = fc.oneof(
    text,
    anything.map((value) => JSON.stringify(value)),
    fc.json({ stringUnit: anyCharacter }),
  );
  fc.assert(
    fc.property(body, (given) => {
      const reading = readHook(given);
      if (!reading.ok) expect(reading.detail).not.toBe('');
    }),
    { numRuns },
  );
});

test('a refusal is short, well-formed, and names no value', () => {
  const marker = 'visitors-own-words';
  const marked = hookLike(20).map((hook) => ({ ...hook, accountId: [marker], odd: marker }));
  fc.assert(
    fc.property(marked, (hook) => {
      const reading = readHook(JSON.stringify(hook));
      if (reading.ok) throw new Error('an id that is a list is refused');
      const told = JSON.stringify(reading);
      expect(told.length).toBeLessThan(10_000);
      expect(reading.faults.every(({ pointer }) => pointer.isWellFormed())).toBe(true);
      expect(told).not.toContain(marker);
    }),
    { numRuns },
  );
});

test('an accepted body can be translated, hashed, written as HTML and sealed', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(hookLike(1), async (given) => {
      const body = JSON.stringify(given);
      const reading = readHook(body);
      if (!reading.ok) return;
      accepted += 1;
      await expectUsable(reading.hook, body);
    }),
    { numRuns },
  );
  // Else this test would show nothing.
  expect(accepted).toBeGreaterThan(numRuns / 4);
});

async function expectUsable(hook: Hook, body: string): Promise<void> {
  const conversation = toConversation(hook);
  const receivedAt = new Date('2026-05-01T08:00:00Z');
  expect(conversation.id).toMatch(/^[\w.!~*'()%-]{1,256}:[\w.!~*'()%-]{1,256}$/);
  expect(contentHash(conversation)).toMatch(/^[0-9a-f]{64}$/);
  expect(contentHash(JSON.parse(JSON.stringify(conversation)))).toBe(contentHash(conversation));
  expect(revisionOf(conversation, receivedAt, body)).toMatch(/^[\x20-\x7e]+$/);
  const keys = personKeys(await identityOf(conversation), null);
  expect(keys.every((key) => /^(email|phone)#./.test(key))).toBe(true);

  const transcript = buildTranscript(conversation, { timezone: 'Europe/Prague', language: 'en' });
  const pages = renderHtml(transcript, { limit: 4000, reference: conversation.id });
  for (const page of pages) {
    expect(page.isWellFormed()).toBe(true);
    expect(page.replaceAll(/<\/?(?:p|em|strong|bdi)>|<br>/g, '')).not.toMatch(/[<>]/);
  }

  const nowhere = () => Promise.reject(new Error('nothing here is too large for the queue'));
  const opened = await createOpenMessage(nowhere)(await seal(body, receivedAt, nowhere));
  expect(opened).toEqual({ kind: 'hook', body, receivedAt });
}
