import { describe, expect, test } from '@jest/globals';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { createSystem, message, pass } from './stage.ts';

describe('a rule', () => {
  test('keeps a chat from one destination, and from no other', async () => {
    const fussy = { ...createMemoryCrm(), settings: { when: 'visitor.countryCode = "DE"' } };
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ fussy, crm });
    expect(await deliver(await message())).toBeUndefined();
    expect(await state('fussy')).toMatchObject({ state: 'skipped', reason: 'The rule does not match (when).' });
    expect([fussy.calls, crm.calls]).toEqual([[], ['contact', 'log']]);
  });

  test('is asked again when the chat has gone on', async () => {
    const crm = { ...createMemoryCrm(), settings: { minMessages: 3 } };
    const { deliver, state } = createSystem({ crm });
    await deliver(await message());
    expect(await state('crm')).toMatchObject({ state: 'skipped' });
    await deliver(await message({ words: ['Hello', 'Still there?'] }));
    expect(await state('crm')).toMatchObject({ state: 'delivered' });
  });

  test('that fails on a chat parks it, in words that tell no visitor’s', async () => {
    const crm = { ...createMemoryCrm(), settings: { when: '$number(visitor.name) > 1' } };
    const { deliver, state } = createSystem({ crm });
    await deliver(await message());
    const parked = await state('crm');
    expect(parked).toMatchObject({ state: 'parked', fault: 'permanent' });
    expect(parked?.reason).toMatch(/destination "crm", when failed on this chat: .* \(JSONata D3030\)/);
    expect(parked?.reason).not.toContain('Eva');
  });
});

describe('a visitor who left no address', () => {
  const anonymous = (channel: number, visitorId: number, email: string | null = null) =>
    message({ channel, visitorId, email });

  test('is held until the same visitor leaves one; then both chats go to one contact', async () => {
    const crm = createMemoryCrm();
    const { deliver, requeued, ledger } = createSystem({ crm });
    await deliver(await anonymous(910_001, 501));
    expect(crm.calls).toEqual([]);
    expect(await ledger.read('208:910001', 'crm')).toMatchObject({ state: 'held' });

    await deliver(await anonymous(910_002, 501, 'eva501@example.com'));
    expect(requeued).toHaveLength(1);
    await Promise.all(requeued.splice(0).map(deliver));
    expect(crm.contacts).toEqual(['eva501@example.com']);
    expect(crm.notes.map(({ conversationId, contactId }) => [conversationId, contactId])).toEqual([
      ['208:910002', '0'],
      ['208:910001', '0'],
    ]);
    await deliver(await anonymous(910_002, 501, 'eva501@example.com'));
    expect(requeued).toEqual([]);
  });

  test('is put back by whoever comes after one that died between holding it and looking for an address', async () => {
    const crm = createMemoryCrm();
    const { deliver, requeued, record } = createSystem({ crm });
    const held = await anonymous(910_011, 511);
    await deliver(held);
    await record(await anonymous(910_012, 511, 'eva511@example.com'));
    await deliver(held);
    expect(requeued).toHaveLength(1);
  });

  test('is held until the same visitor leaves a phone number', async () => {
    const crm = createMemoryCrm();
    const { deliver, requeued } = createSystem({ crm });
    await deliver(await anonymous(910_021, 521));
    await deliver(await message({ channel: 910_022, visitorId: 521, email: null, phone: '+420601123456' }));
    await Promise.all(requeued.splice(0).map(deliver));
    expect(crm.contacts).toEqual(['+420601123456']);
    expect(crm.notes.map(({ contactId }) => contactId)).toEqual(['0', '0']);
  });

  test('is nobody who has the same id in another account', async () => {
    const crm = createMemoryCrm();
    const { deliver, requeued, ledger } = createSystem({ crm });
    await deliver(await anonymous(910_031, 531));
    await deliver(await message({ account: 2, channel: 910_032, visitorId: 531, email: 'adam@example.com' }));
    await deliver(await anonymous(910_033, 531));
    expect(requeued).toEqual([]);
    expect(await ledger.read('208:910033', 'crm')).toMatchObject({ state: 'held' });
  });

  test('is known by an address left before', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    await deliver(await anonymous(910_003, 502, 'eva502@example.com'));
    await deliver(await anonymous(910_004, 502));
    expect(crm.calls).toEqual(['contact', 'log', 'log']);
  });

  test('is nobody in particular where all the shop’s visitors have one id', async () => {
    const crm = createMemoryCrm();
    const { deliver, record, ledger } = createSystem({ crm });
    for (let channel = 920_000; channel <= 920_200; channel += 1)
      await record(await anonymous(channel, 0, 'a@b.example'));
    await deliver(await anonymous(910_041, 0));
    expect(await ledger.read('208:910041', 'crm')).toMatchObject({ state: 'held' });
  });

  test('and leaves it in a chat that is handled at the same moment', async () => {
    for (let channel = 911_000; channel < 911_020; channel += 2) {
      const crm = createMemoryCrm();
      const { deliverAll, requeued } = createSystem({ crm });
      const both = [await anonymous(channel, channel), await anonymous(channel + 1, channel, `${channel}@example.com`)];
      await deliverAll(both);
      // One of them may have had to wait while the other made the contact.
      pass(3);
      await deliverAll([...both, ...requeued.splice(0)]);
      expect(crm.notes).toHaveLength(2);
      expect(crm.contacts).toHaveLength(1);
    }
  });

  test('is a contact all the same where the configuration says so, and two of them are two', async () => {
    const crm = { ...createMemoryCrm(), settings: { anonymous: 'create' as const } };
    const { deliver } = createSystem({ crm });
    await deliver(await anonymous(910_005, 503));
    await deliver(await anonymous(910_006, 503));
    await deliver(await anonymous(910_007, 504));
    expect(crm.contacts).toHaveLength(2);
    expect(crm.notes.map(({ contactId }) => contactId)).toEqual(['0', '0', '1']);
  });

  test('is only recorded where the configuration says so', async () => {
    const crm = { ...createMemoryCrm(), settings: { anonymous: 'skip' as const } };
    const { deliver, state } = createSystem({ crm });
    await deliver(await message({ email: null, visitorId: 505 }));
    expect(await state('crm')).toMatchObject({ state: 'skipped' });
  });
});
