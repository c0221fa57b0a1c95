import { expect, test } from '@jest/globals';
import { requestKeys } from '../../../../lambda/crm/contacts/request-keys.ts';
import { aPerson, nobody } from '../../../contract/driving.ts';

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
