import { describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { anotherChannel, createSystem, id, message, now, pass } from './stage.ts';

describe('a CRM in trouble', () => {
  const down = () => {
    throw new CrmError('CRM answered 503', { kind: 'retryable' }, { status: 503 });
  };

  test('is tried again when the policy says, and not before', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    crm.disturb(down);
    const chat = await message();
    const redelivery = await deliver(chat);
    expect(redelivery).toEqual({ at: new Date(now().getTime() + 5_000), isListed: true });
    expect(await deliver(chat)).toEqual(redelivery);
    expect(crm.calls).toEqual(['contact']);
    crm.disturb(() => {});
    pass(5);
    expect(await deliver(chat)).toBeUndefined();
    expect(await state('crm')).toMatchObject({ state: 'delivered', attempts: 2, reason: null });
  });

  test('holds no other CRM back', async () => {
    const [bad, good] = [createMemoryCrm(), createMemoryCrm()];
    bad.disturb(down);
    const { deliver, state } = createSystem({ bad, good });
    const chat = await message();
    await deliver(chat);
    expect(good.notes).toHaveLength(1);
    pass(5);
    await deliver(chat);
    expect(good.calls).toEqual(['contact', 'log']);
    expect(await state('bad')).toMatchObject({ state: 'pending', attempts: 2, reason: 'CRM answered 503' });
  });

  test('that refuses for good is parked with its words, and not asked again', async () => {
    const crm = createMemoryCrm();
    crm.disturb(() => {
      throw new CrmError('no such field', { kind: 'permanent' }, { status: 400 });
    });
    const { deliver, state, lines } = createSystem({ crm });
    const chat = await message();
    expect(await deliver(chat)).toBeUndefined();
    // Also without all that is optional, and by the name alone.
    expect(crm.calls).toEqual(['contact', 'contact', 'contact']);
    expect(await deliver(chat)).toBeUndefined();
    expect(crm.calls).toHaveLength(3);
    expect(await state('crm')).toMatchObject({ state: 'parked', reason: 'no such field', fault: 'permanent' });
    expect(lines.filter((line) => line['outcome'] === 'parked')).toHaveLength(1);
  });

  test('that is away for longer than a day is parked', async () => {
    const crm = createMemoryCrm();
    crm.disturb(down);
    const { deliver, state } = createSystem({ crm });
    const chat = await message();
    await deliver(chat);
    pass(24 * 60 * 60);
    expect(await deliver(chat)).toBeUndefined();
    expect(await state('crm')).toMatchObject({
      state: 'parked',
      reason: expect.stringContaining('Gave up after 24 h'),
    });
  });

  test('that wrote the note and lost the answer gets no second one', async () => {
    const crm = createMemoryCrm();
    crm.disturb((call, when) => {
      if (call !== 'log' || when !== 'after') return;
      throw new CrmError('no answer in time', { kind: 'retryable' }, { outcomeUnknown: true });
    });
    const { deliver, state } = createSystem({ crm });
    const chat = await message();
    await deliver(chat);
    expect(await state('crm')).toMatchObject({ state: 'pending', inDoubt: true });
    crm.disturb(() => {});
    pass(90);
    await deliver(chat);
    expect(crm.notes).toHaveLength(1);
    expect(await state('crm')).toMatchObject({ state: 'delivered' });
  });

  test('whose contact could not be made lets the next chat make it', async () => {
    const crm = createMemoryCrm();
    crm.disturb(down);
    const { deliver } = createSystem({ crm });
    const chats = [await message({ channel: 900_003 }), await message({ channel: 900_004 })];
    await Promise.all(chats.map(deliver));
    crm.disturb(() => {});
    pass(5);
    for (const chat of chats) await deliver(chat);
    expect([crm.contacts.length, crm.notes.length]).toEqual([1, 2]);
  });
});

describe.each([
  ['the CRM', {}],
  ['a CRM that keeps addresses unique', { keepsEmailsUnique: true }],
] as const)('a contact that %s knows no more', (_crm, traits) => {
  test('is made anew for the next chat', async () => {
    const crm = createMemoryCrm(traits);
    const { deliver, state } = createSystem({ crm });
    await deliver(await message({ channel: anotherChannel() }));
    crm.contacts.fill('');
    expect(await deliver(await message())).toBeUndefined();
    expect(crm.calls).toEqual(['contact', 'log', 'contact', 'log']);
    expect(await state('crm')).toMatchObject({ state: 'delivered', contactId: '1' });
    expect(crm.notes.map(({ contactId }) => contactId)).toEqual(['0', '1']);
  });

  test('is made anew for the same chat, which keeps its note', async () => {
    const crm = createMemoryCrm(traits);
    const { deliver, state } = createSystem({ crm });
    await deliver(await message());
    crm.contacts.fill('');
    await deliver(await message({ words: ['Hello', 'Still there?'] }));
    expect(crm.notes).toHaveLength(1);
    expect(await state('crm')).toMatchObject({ state: 'delivered', contactId: '1', logId: '0' });
  });
});

test('an attempt that died after the note was written gets no second note', async () => {
  const crm = createMemoryCrm();
  const { deliver, ledger, state } = createSystem({ crm });
  const chat = await message();
  // The process dies between the CRM's answer and our writing it down: what it held is gone, its lease is left.
  await deliver(chat);
  const delivered = await state('crm');
  if (delivered === undefined) throw new Error('the first delivery is written');
  const leaseUntil = new Date(now().getTime() + 30_000).toISOString();
  const left = { ...delivered, state: 'pending', logId: null, loggedHash: null, leaseUntil } as const;
  await ledger.write(id(), { ...left, version: delivered.version + 1 });
  expect(await deliver(chat)).toBeDefined();
  pass(30);
  expect(await deliver(chat)).toBeUndefined();
  expect(crm.notes).toHaveLength(1);
  expect(crm.calls).toEqual(['contact', 'log', 'contact', 'find', 'update']);
});
