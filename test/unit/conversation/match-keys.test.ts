import { expect, test } from '@jest/globals';
import { identifyingId, normaliseEmail } from '../../../lambda/conversation/match-keys.ts';

test.each([
  ['eva@example.com', 'eva@example.com'],
  ['  Eva.Nová+shop@Example.CO.UK ', 'eva.nová+shop@example.co.uk'],
  ["o'brien@příklad.cz", "o'brien@příklad.cz"],
])('%j is an e-mail address', (typed, address) => {
  expect(normaliseEmail(typed)).toBe(address);
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
  'eva@example.com, jan@example.com',
  'eva novak@example.com',
  'Eva <eva@example.com>',
  `${'e'.repeat(250)}@example.com`,
])('%j is not an e-mail address, and matches nobody', (typed) => {
  expect(normaliseEmail(typed)).toBeNull();
});

test.each(['0', '00', '-', 'null', 'undefined', '', ' ', 'false', 'True', 'NaN', 'none', '[object Object]', 'a\ud800'])(
  '%j is no id, and nobody is told by it',
  (id) => {
    expect(identifyingId(id)).toBeNull();
  },
);

test.each(['7', ' vi7Q ', '100', 'nullable', '0a'])('%j is an id', (id) => {
  expect(identifyingId(id)).toBe(id.trim());
});
