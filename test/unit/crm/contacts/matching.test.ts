import { expect, test } from '@jest/globals';
import { pickMatch, requestKeys } from '../../../../lambda/crm/contacts/matching.ts';
import { aPerson, nobody } from '../../../contract/driving.ts';

const two = [
  { id: 'b', createdAt: '2026-02-01' },
  { id: 'a', createdAt: '2025-01-01' },
];

test('the oldest of several matches is picked unless the configuration says otherwise', () => {
  expect(pickMatch(two)?.id).toBe('a');
  expect(pickMatch(two, 'newest')?.id).toBe('b');
});

test('a single match is picked whatever the policy', () => {
  expect(pickMatch(two.slice(0, 1), 'park')?.id).toBe('b');
  expect(pickMatch([], 'park')).toBeUndefined();
});

test('several matches are parked with their ids if so configured', () => {
  expect(() => pickMatch(two, 'park')).toThrow(/2 contacts match this visitor \(b, a\)/);
});

const phone = '+420601123456';
const customerId = { field: 'number', value: ' K-1' };

test('a request has a key for everything by which its contact may be found', () => {
  expect(requestKeys({ person: aPerson({ phone, customerId }), known: 'A7' })).toEqual([
    'email eva@example.com',
    'phone +420601123456',
    'customerId number k-1',
    'id A7',
  ]);
});

test('a request for an anonymous person has no keys', () => {
  expect(requestKeys({ person: aPerson(nobody), known: undefined })).toEqual([]);
});

test('request keys of different kinds are never equal', () => {
  const number = requestKeys({ person: aPerson({ ...nobody, phone: '1' }), known: undefined });
  const id = requestKeys({ person: aPerson(nobody), known: '1' });
  expect(number).not.toEqual(id);
});
