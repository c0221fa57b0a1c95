import { describe, expect, test } from '@jest/globals';
import { phonesIn, plausiblePhone } from '../../../lambda/conversation/contact-details.ts';

const first = async (typed: string, ...countries: readonly (string | null)[]) => (await phonesIn(typed, countries))[0];

test.each([
  ['601 123 456', ['CZ'], '+420601123456'],
  ['601123456', ['cz'], '+420601123456'],
  ['+49 (0)30 901820', ['CZ'], '+4930901820'],
  ['0903 123 456', ['SK'], '+421903123456'],
  ['tel. 00420 601 123 456', ['CZ'], '+420601123456'],
  ['00420601123004', [null], '+420601123004'],
  ['tel. 601 123 006 po 17h', ['CZ'], '+420601123006'],
  ['601123012 / 602123013', ['CZ'], '+420601123012'],
  ['+420\u00a0601\u200b123\u00a0456', [null], '+420601123456'],
  ['６０１ １２３ ４５６', ['CZ'], '+420601123456'],
  ['https://wa.me/420601123031', [null], '+420601123031'],
  ['api.whatsapp.com/send?phone=420601123031&text=hi', ['DE'], '+420601123031'],
  ['call 601 123 456 or 0151 23456789', ['CZ', 'DE'], '+420601123456'],
])('%j in %j is %s', async (typed, countries, number) => {
  expect(await first(typed, ...countries)).toBe(number);
});

describe('a number without a country is one of the first country in which it can be one:', () => {
  test('the shop’s', async () => {
    expect(await first('601 123 017', 'CZ', 'DE')).toBe('+420601123017');
  });

  test('or else the visitor’s', async () => {
    expect(await first('0151 23456789', 'CZ', 'DE')).toBe('+4915123456789');
  });

  test('the shop’s, if the visitor’s is no code', async () => {
    expect(await first('601 123 016', 'CZ', 'Czech Republic')).toBe('+420601123016');
  });
});

test.each([
  ['601 123 456', [null]],
  ['601 123 456', ['XX']],
  ['12', ['CZ']],
  ['call me', ['CZ']],
  ['', ['CZ']],
  ['order 2026-05-01 for 20 000 Kč', ['CZ']],
])('%.20j in %j is none that could be dialled', async (typed, countries) => {
  expect(await phonesIn(typed, countries)).toEqual([]);
});

test('of several numbers each is found once, in order', async () => {
  const typed = '602 123 013, 601 123 012; +420602123013';
  expect(await phonesIn(typed, ['CZ'])).toEqual(['+420602123013', '+420601123012']);
});

test.each([
  ['601 12 34', '601 12 34'],
  ['(02) 123.456', '(02) 123.456'],
  ['12345', null],
  ['call me', null],
  ['601 123 456 after 5', null],
])('%j is plausible as %j, although nobody could dial it from everywhere', (typed, text) => {
  expect(plausiblePhone(typed)).toBe(text);
});
