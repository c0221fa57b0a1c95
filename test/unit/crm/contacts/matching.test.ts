import { expect, test } from '@jest/globals';
import { pickMatch, requestKeys } from '../../../../lambda/crm/contacts/matching.ts';
import { aPerson, nobody } from '../../../contract/driving.ts';

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

const phone = '+420601123456';
const customerId = { field: 'number', value: ' K-1' };

test('a request has a key for all that its contact may be found by', () => {
  expect(requestKeys({ person: aPerson({ phone, customerId }), known: 'A7' })).toEqual([
    'email eva@example.com',
    'phone +420601123456',
    'customerId number k-1',
    'id A7',
  ]);
});

test('nobody in particular shares a key with nobody', () => {
  expect(requestKeys({ person: aPerson(nobody), known: undefined })).toEqual([]);
});

test('keys of different kinds are never the same', () => {
  const number = requestKeys({ person: aPerson({ ...nobody, phone: '1' }), known: undefined });
  const id = requestKeys({ person: aPerson(nobody), known: '1' });
  expect(number).not.toEqual(id);
});
