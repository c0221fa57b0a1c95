import { expect, test } from '@jest/globals';
import { createPhoneOf } from '../../../lambda/mapping/phone.ts';
import { aConversation } from '../../fixtures/conversation.ts';

const phoneOf = createPhoneOf('phone');
const visitor = (value: string | number | boolean, countryCode: string | null) =>
  aConversation({ visitor: { countryCode, variables: [{ key: 'phone', label: 'Phone', value }] } });

test.each([
  ['601 123 456', 'CZ', '+420601123456'],
  [601123456, 'cz', '+420601123456'],
  ['+49 (0)30 901820', 'CZ', '+4930901820'],
  ['0903 123 456', 'SK', '+421903123456'],
  ['tel. 00420 601 123 456', 'CZ', '+420601123456'],
])('the number %j in %s is read as %s', async (typed, country, number) => {
  expect(await phoneOf(visitor(typed, country))).toBe(number);
});

test.each([
  ['601 123 456', null],
  ['601 123 456', 'XX'],
  ['12', 'CZ'],
  ['call me', 'CZ'],
  ['', 'CZ'],
  [true, 'CZ'],
  ['9'.repeat(1_000_000), 'CZ'],
])('the text %.20j in %s is not a valid number', async (typed, country) => {
  expect(await phoneOf(visitor(typed, country))).toBeNull();
});

test('a visitor without the variable has no number', async () => {
  expect(await phoneOf(aConversation())).toBeNull();
});
