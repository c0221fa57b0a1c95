import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emailsIn, emailsOf, normaliseEmail } from '../../../lambda/conversation/contact-details.ts';

test.each([
  ['eva@example.com', 'eva@example.com'],
  ['  Eva.Nová+shop@Example.CO.UK ', 'eva.nová+shop@example.co.uk'],
  ["o'brien@příklad.cz", "o'brien@příklad.cz"],
  ['Eva Nováková <eva@example.com>', 'eva@example.com'],
  ['eva@example.com\u00a0', 'eva@example.com'],
  ['"eva@example.com"', 'eva@example.com'],
  ['eva@example.com (work)', 'eva@example.com'],
  ['mailto:eva@example.com?subject=Hi', 'eva@example.com'],
  ['eva＠example．com', 'eva@example.com'],
  ['ev\u200ba@exam\u00adple.com\ufeff', 'eva@example.com'],
  ['e-mail: eva@example.com.', 'eva@example.com'],
  ['mail eva@example.com', 'eva@example.com'],
  ['Eva eva@example.com', 'eva@example.com'],
  ['[eva@example.com]', 'eva@example.com'],
  ['📧 eva@example.com!', 'eva@example.com'],
])('%j holds the address %s', (typed, address) => {
  expect(normaliseEmail(typed)).toBe(address);
});

test.each([
  ['eva@example.com, jan@example.com', ['eva@example.com', 'jan@example.com']],
  ['eva@example.com;jan@example.com', ['eva@example.com', 'jan@example.com']],
  ['Eva <eva@example.com>, "Jan" <JAN@example.com>', ['eva@example.com', 'jan@example.com']],
  ['eva@example.com / eva@work.example.com', ['eva@example.com', 'eva@work.example.com']],
  ['eva@example.com Eva@example.com', ['eva@example.com']],
])('%j holds several, each once and in order', (typed, addresses) => {
  expect(emailsOf(typed)).toEqual(addresses);
});

test.each([
  null,
  '',
  ' ',
  'null',
  'undefined',
  'eva',
  'eva@',
  '@example.com',
  'eva@localhost',
  'eva@example.',
  'eva@example,com',
  'eva.example.com',
  'eva..nova@example.com',
  '.@example.com',
  'eva@-example.com',
  'eva@example.123',
  'eva@jan@example.com',
  // Somebody else may have the address novak@example.com.
  'eva novak@example.com',
  'https://eva@example.com/shop',
  `${'e'.repeat(250)}@example.com`,
])('%j holds none, and nobody is matched by it', (typed) => {
  expect(normaliseEmail(typed)).toBeNull();
});

describe('whatever is typed', () => {
  const letters = 'abcxyzěñ019';
  const word = (extra: string, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...letters, ...extra), minLength: 1, maxLength });
  const local = fc
    .tuple(fc.constantFrom(...letters), fc.array(word('_+-', 8), { minLength: 1, maxLength: 3 }))
    .map(([first, parts]) => first + parts.join('.'));
  const host = fc
    .tuple(fc.array(word('', 8), { minLength: 1, maxLength: 3 }), fc.constantFrom('cz', 'example', 'co.uk', 'рф'))
    .map(([labels, end]) => `${labels.join('.')}.${end}`);
  const address = fc.tuple(local, host).map((parts) => parts.join('@').normalize('NFKC'));

  const upper = (text: string) =>
    [...text].map((each) => (each.toUpperCase().toLowerCase() === each ? each.toUpperCase() : each)).join('');
  const decorations: readonly ((text: string) => string)[] = [
    (text) => `Jan Novák <${text}>`,
    (text) => `"Novák, Jan" <${text}>`,
    (text) => `mailto:${text}`,
    (text) => `MAILTO:${text}?subject=Hello%20you`,
    (text) => `<${text}>`,
    (text) => `(${text})`,
    (text) => `[${text}]`,
    (text) => `{${text}}`,
    (text) => `„${text}“`,
    (text) => `'${text}'`,
    (text) => `${text}.`,
    (text) => `${text},`,
    (text) => `${text};`,
    (text) => `${text} (doma)`,
    (text) => `e-mail: ${text}`,
    (text) => `\u00a0${text}\u3000`,
    (text) => text.replace('@', '＠'),
    (text) => text.replace('@', '\u200b@\u2060'),
    (text) => `\u202a${text}\u202c`,
    upper,
  ];
  const decorated = fc.tuple(address, fc.array(fc.constantFrom(...decorations), { maxLength: 3 }));

  test('any decoration of an address gives that address', () => {
    fc.assert(
      fc.property(decorated, ([plain, wraps]) => {
        const typed = wraps.reduce((text, wrap) => wrap(text), plain);
        expect(emailsOf(typed)).toEqual([plain]);
      }),
    );
  });

  test('addresses with anything that separates between them give all of them', () => {
    const separator = fc.constantFrom(', ', ';', ' ', '\n', ' / ', ' | ', '、');
    fc.assert(
      fc.property(fc.uniqueArray(address, { minLength: 2, maxLength: 4 }), separator, (all, between) => {
        expect(emailsOf(all.join(between))).toEqual(all);
      }),
    );
  });

  test('a text without an address gives none', () => {
    const withoutAt = fc.string({ unit: 'grapheme' }).filter((text) => !text.normalize('NFKC').includes('@'));
    const cutOff = fc.tuple(local, word('', 8)).map((parts) => parts.join('@'));
    fc.assert(fc.property(fc.oneof(withoutAt, cutOff), (text) => expect(emailsIn(text)).toEqual([])));
  });

  test('what is found is found again in itself, and is no longer than an address may be', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab@.,<> "\'+_-ÁſΣ①＠\u200b') }), (text) => {
        for (const found of emailsIn(text)) {
          expect(emailsIn(found)).toEqual([found]);
          expect(found.length).toBeLessThanOrEqual(254);
        }
      }),
    );
  });
});
