import { expect, test } from '@jest/globals';
import { canReplay } from '../../../cli/lib/rejected.ts';

test.each([
  ['not-utf-8', true],
  ['not-json', false],
  ['too-large', false],
  ['invalid', true],
  ['not-a-chat', true],
  ['no-envelope', true],
  ['of a later release', true],
])('whether a body that was refused as %s can be replayed: %p', (reason, expected) => {
  expect(canReplay({ reason })).toBe(expected);
});
