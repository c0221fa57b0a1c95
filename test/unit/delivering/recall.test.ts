import { beforeEach, describe, expect, test } from '@jest/globals';
import { digest } from '../../../lambda/delivering/digest.ts';
import type { Delivery } from '../../../lambda/delivering/ledger.ts';
import { createRecall } from '../../../lambda/delivering/recall.ts';
import { aDelivery, now } from './a-delivery.ts';

const eva = { personKey: 'email#eva@example.com', destination: 'crm' };
const contact = { contactId: '7', told: 'her name' };
const met = { ...contact, contactOf: digest(eva.personKey) };
const nothing = { contactId: null, contactOf: null, told: null };
const adams = { contactId: '8', contactOf: digest('email#adam@example.com'), told: 'his name' };

describe('the contact of a visitor', () => {
  let own: Delivery;
  beforeEach(() => {
    own = aDelivery(nothing);
  });

  /** @param earlier the delivery of the visitor's last chat before */
  const recall = (earlier?: Partial<Delivery>) =>
    createRecall({
      ledger: { read: async (id) => (id === '1:1' && earlier !== undefined ? aDelivery(earlier) : undefined) },
      destination: 'crm',
      before:
        earlier === undefined
          ? []
          : ['1:0', '1:1'].map((conversationId) => ({ conversationId, email: 'eva@example.com', phone: null })),
      soFar: () => own,
    });

  test('is whom their last chat went to, and then this one', async () => {
    expect(await recall(met).claim(eva, now)).toEqual({ kind: 'known', ...contact });
  });

  test('is whom an earlier attempt has met', async () => {
    own = aDelivery(met);
    expect(await recall(nothing).claim(eva, now)).toEqual({ kind: 'known', ...contact });
  });

  test.each([
    ['this is their first chat', undefined],
    ['the last one went to nobody yet', nothing],
    ['the last one went to somebody else, by an address left in a copy since replaced', adams],
    ['release 0.1 wrote of the last one', { ...nothing, contactId: '7' }],
  ])('is for the CRM to find where %s', async (_why, earlier) => {
    expect(await recall(earlier).claim(eva, now)).toEqual({ kind: 'claimed' });
  });

  test('is for the CRM to find where the last copy of this chat told another person', async () => {
    own = aDelivery(adams);
    expect(await recall().claim(eva, now)).toEqual({ kind: 'claimed' });
  });

  test('is for the CRM to find anew where it is gone', async () => {
    expect(await recall(met).claim(eva, now, { isFresh: true })).toEqual({ kind: 'claimed' });
  });
});
