import { expect, test } from '@jest/globals';
import { identifyingId } from '../../../lambda/conversation/match-keys.ts';

test.each(['0', '00', '-', 'null', 'undefined', '', ' ', 'false', 'True', 'NaN', 'none', '[object Object]', 'a\ud800'])(
  '%j is no id, and nobody is told by it',
  (id) => {
    expect(identifyingId(id)).toBeNull();
  },
);

test.each(['7', ' vi7Q ', '100', 'nullable', '0a'])('%j is an id', (id) => {
  expect(identifyingId(id)).toBe(id.trim());
});
