import { expect, test } from '@jest/globals';
import { pickMatch } from '../../../../lambda/crm/contacts/matching.ts';

const two = [
  { id: 'b', createdAt: '2026-02-01' },
  { id: 'a', createdAt: '2025-01-01' },
];

test('the oldest of several unless the configuration says otherwise', () => {
  expect(pickMatch(two)?.id).toBe('a');
  expect(pickMatch(two, 'newest')?.id).toBe('b');
});

test('one or none is no question of policy', () => {
  expect(pickMatch(two.slice(0, 1), 'park')?.id).toBe('b');
  expect(pickMatch([], 'park')).toBeUndefined();
});

test('several are parked if so configured, with their ids', () => {
  expect(() => pickMatch(two, 'park')).toThrow(/2 contacts match this visitor \(b, a\)/);
});
