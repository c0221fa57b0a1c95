import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderText } from '../../../lambda/conversation/transcript/formats.ts';
import { buildTranscript } from '../../../lambda/conversation/transcript/transcript.ts';
import { readChat } from '../../../lambda/smartsupp/body.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { anyCharacter } from '../../support/any-character.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 1000);

const variables = { size: { label: 'Size', value: 'L' }, vip: true };
const base = aHookBody();
/** Every documented part, with words that are found again. */
const documented = aHookBody({
  visitor: { ...Object(base['visitor']), variables },
  messages: ['first words', 'second words', 'third words'].map((content, at) => ({
    type: at === 1 ? 'agent' : 'visitor',
    from: at === 1 ? 'agent:3' : 'visitor:a1',
    name: at === 1 ? 'Karel' : '',
    content,
    sentAt: Date.UTC(2026, 4, 4, 8, 15, at),
    triggeredBy: null,
  })),
});

type Path = readonly (string | number)[];
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The places of all values in it, but for the ids and what holds them. */
function places(value: unknown, path: Path = []): readonly Path[] {
  const below = isObject(value)
    ? Object.entries(value).flatMap(([key, each]) => places(each, [...path, Array.isArray(value) ? Number(key) : key]))
    : [];
  const isIdentifying = ['', 'accountId', 'channel', 'channel/id'].includes(path.join('/'));
  return isIdentifying ? below : [path, ...below];
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((each, at) => (at === step ? replaced(each, rest, by) : each));
  return { ...Object(value), [step]: replaced(Object(value)[step], rest, by) };
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3, stringUnit: anyCharacter }),
  fc.constantFrom(0, -1, 1, '', ' ', '0', 'true', [], {}, [null], { url: 'https://x.example/' }, 1e300, '2026-01-01'),
);

test('whatever stands in one place, the chat is accepted, and its transcript has the other messages’ words', () => {
  const all = places(documented);
  expect(all.length).toBeGreaterThan(50);
  fc.assert(
    fc.property(fc.constantFrom(...all), anything, (path, value) => {
      const body = JSON.stringify(replaced(documented, path, value));
      expect(validateHook(body)).toEqual({ ok: true, conversationId: '208:55039' });
      const chat = readChat(body);
      if (chat === undefined) throw new Error('It is a chat.');
      expect(chat.deviations.every((deviation) => /^\/[\w/*]+ \w+$/.test(deviation))).toBe(true);
      const transcript = buildTranscript(chat.conversation, { timezone: 'Europe/Prague', language: 'en' });
      const text = renderText(transcript, { limit: 1_000_000, reference: 'x' }).join('');
      const [part, at] = path;
      const isWhole = part === 'messages' && at === undefined;
      const others = isWhole
        ? []
        : ['first words', 'second words', 'third words'].filter((_, index) => part !== 'messages' || index !== at);
      for (const words of others) expect(text).toContain(words);
      // What is wrong with a message's name, time or sender takes none of its words.
      if (part === 'messages' && path.length === 3 && path[2] !== 'content') {
        expect(text).toContain(['first words', 'second words', 'third words'][Number(at)]);
      }
    }),
    { numRuns },
  );
});
