import { expect, test } from '@jest/globals';
import { isHopeless } from '../../../cli/lib/can-replay.ts';

test.each([
  ['not-utf-8', true],
  ['not-json', true],
  ['invalid', false],
  ['not-a-chat', false],
  ['no-envelope', false],
  ['of a later release', false],
])('a body that was refused as %s is hopeless: %p', (reason, expected) => {
  expect(isHopeless({ reason })).toBe(expected);
});
