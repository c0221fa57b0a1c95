import { describe, expect, test } from '@jest/globals';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { createSystem, message, now, pass } from './stage.ts';

const anonymous = (channel: number, visitorId: number, email: string | null = null) =>
  message({ channel, visitorId, email });

/** Both looks at a chat, ten seconds apart. */
const lookTwice = async (deliver: (message: string) => Promise<unknown>, chat: string) => {
  await deliver(chat);
  pass(10);
  await deliver(chat);
};

describe('a visitor who left no address', () => {
  test('is held at a second look, ten seconds after the first, and nobody called "null" is made', async () => {
    const crm = createMemoryCrm();
    const { deliver, state, lines } = createSystem({ crm });
    const chat = await message({ email: null, visitorId: 500 });
    expect(await deliver(chat)).toEqual({ at: new Date(now().getTime() + 10_000), isListed: true });
    expect(await state('crm')).toMatchObject({ state: 'pending', awaitsSecondLook: true, history: [] });
    pass(10);
    expect(await deliver(chat)).toBeUndefined();
    expect(await state('crm')).toMatchObject({ state: 'held', heldFor: '208#500', attempts: 1 });
    expect(await deliver(chat)).toBeUndefined();
    expect(crm.calls).toEqual([]);
    expect(lines.filter((line) => line['outcome'] === 'held')).toHaveLength(1);
  });

  test('is held at once if the chat is nobody’s, whom no other chat can identify', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    expect(await deliver(await message({ email: null, visitorId: null }))).toBeUndefined();
    expect(await state('crm')).toMatchObject({ state: 'held', heldFor: null });
  });

  test('and whose id is what programs write for nobody, is not whoever left an address last', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    await deliver(await anonymous(910_081, 0, 'stranger@example.com'));
    expect(await deliver(await message({ email: null, visitorId: 0 }))).toBeUndefined();
    expect(await state('crm')).toMatchObject({ state: 'held', heldFor: null });
  });

  test('is found by an address that came between the two looks', async () => {
    const crm = createMemoryCrm();
    const { deliver, save, state } = createSystem({ crm });
    const chat = await message({ email: null, visitorId: 506 });
    await deliver(chat);
    await save(await anonymous(910_051, 506, 'eva506@example.com'));
    pass(10);
    await deliver(chat);
    expect(crm.contacts).toEqual(['eva506@example.com']);
    expect(await state('crm')).toMatchObject({ state: 'delivered', attempts: 1, awaitsSecondLook: false });
  });

  test('is not written once more when they leave another address, after the second look found one', async () => {
    const crm = createMemoryCrm();
    const { deliver, save, requeued } = createSystem({ crm });
    const chat = await anonymous(910_071, 571);
    await deliver(chat);
    await save(await anonymous(910_072, 571, 'eva571@example.com'));
    pass(10);
    await deliver(chat);
    await deliver(await anonymous(910_073, 571, 'eva@work.example.com'));
    expect(requeued).toEqual([]);
  });

  test('is held until the same visitor leaves one; then both chats go to one contact', async () => {
    const crm = createMemoryCrm();
    const { deliver, requeued, ledger } = createSystem({ crm });
    await lookTwice(deliver, await anonymous(910_001, 501));
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

  test('is put back at once, and arrives once, if the address comes before the second look', async () => {
    const crm = createMemoryCrm();
    const { deliver, requeued } = createSystem({ crm });
    const chat = await anonymous(910_011, 511);
    await deliver(chat);
    await deliver(await anonymous(910_012, 511, 'eva511@example.com'));
    expect(requeued).toHaveLength(1);
    await Promise.all(requeued.splice(0).map(deliver));
    pass(10);
    await deliver(chat);
    expect(crm.notes.map(({ conversationId }) => conversationId)).toEqual(['208:910012', '208:910011']);
  });

  test('is held until the same visitor leaves a phone number', async () => {
    const crm = createMemoryCrm();
    const { deliver, requeued } = createSystem({ crm });
    await lookTwice(deliver, await anonymous(910_021, 521));
    await deliver(await message({ channel: 910_022, visitorId: 521, email: null, phone: '+420601123456' }));
    await Promise.all(requeued.splice(0).map(deliver));
    expect(crm.contacts).toEqual(['+420601123456']);
    expect(crm.notes.map(({ contactId }) => contactId)).toEqual(['0', '0']);
  });

  test('is nobody who has the same id in another account', async () => {
    const crm = createMemoryCrm();
    const { deliver, requeued, ledger } = createSystem({ crm });
    await lookTwice(deliver, await anonymous(910_031, 531));
    await deliver(await message({ account: 2, channel: 910_032, visitorId: 531, email: 'adam@example.com' }));
    await lookTwice(deliver, await anonymous(910_033, 531));
    expect(requeued).toEqual([]);
    expect(await ledger.read('208:910033', 'crm')).toMatchObject({ state: 'held' });
  });

  test('is known by an address left before, and by the one left last', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    await deliver(await anonymous(910_003, 502, 'eva502@example.com'));
    await deliver(await anonymous(910_004, 502));
    expect(crm.contacts).toEqual(['eva502@example.com']);
    pass(60);
    await deliver(await anonymous(910_008, 502, 'eva@work.example.com'));
    await deliver(await anonymous(910_009, 502));
    expect(crm.contacts).toHaveLength(2);
    expect(crm.notes.map(({ contactId }) => contactId)).toEqual(['0', '0', '1', '1']);
  });

  test('is nobody in particular if all the shop’s visitors have one id', async () => {
    const crm = createMemoryCrm();
    const { deliver, save, ledger } = createSystem({ crm });
    for (let channel = 920_000; channel <= 920_200; channel += 1)
      await save(await anonymous(channel, 0, 'a@b.example'));
    await lookTwice(deliver, await anonymous(910_041, 0));
    expect(await ledger.read('208:910041', 'crm')).toMatchObject({ state: 'held' });
  });

  test('and leaves it in a chat that is handled at the same moment', async () => {
    for (let channel = 911_000; channel < 911_020; channel += 2) {
      const crm = createMemoryCrm();
      const { deliverAll, requeued } = createSystem({ crm });
      const both = [await anonymous(channel, channel), await anonymous(channel + 1, channel, `${channel}@example.com`)];
      await deliverAll(both);
      // One may have to wait while the other makes the contact, or for its second look.
      for (const seconds of [3, 10]) {
        pass(seconds);
        await deliverAll([...both, ...requeued.splice(0)]);
      }
      expect(crm.notes).toHaveLength(2);
      expect(crm.contacts).toHaveLength(1);
    }
  });

  test('is a contact all the same if the configuration says so, and two of them are two', async () => {
    const crm = { ...createMemoryCrm(), settings: { anonymous: 'create' as const } };
    const { deliver } = createSystem({ crm });
    await deliver(await anonymous(910_005, 503));
    await deliver(await anonymous(910_006, 503));
    await deliver(await anonymous(910_007, 504));
    expect(crm.contacts).toHaveLength(2);
    expect(crm.notes.map(({ contactId }) => contactId)).toEqual(['0', '0', '1']);
  });

  test('is only stored if the configuration says so', async () => {
    const crm = { ...createMemoryCrm(), settings: { anonymous: 'skip' as const } };
    const { deliver, state } = createSystem({ crm });
    await deliver(await message({ email: null, visitorId: 505 }));
    expect(await state('crm')).toMatchObject({ state: 'skipped' });
  });

  test('is not released by an address that came after the chat was skipped', async () => {
    const crm = { ...createMemoryCrm(), settings: { anonymous: 'skip' as const } };
    const { deliver, requeued } = createSystem({ crm });
    await deliver(await anonymous(910_061, 561));
    await deliver(await anonymous(910_062, 561, 'eva561@example.com'));
    expect(requeued).toEqual([]);
  });
});

describe('a visitor who left something that cannot be read', () => {
  test.each(['jan@posta', 'jan@posta,example', 'jan..dbl@posta.example', 'jan space@posta.example', 'novak.example'])(
    '%j in the e-mail field: goes to a contact by name at once',
    async (email) => {
      const crm = createMemoryCrm();
      const { deliver, state } = createSystem({ crm });
      expect(await deliver(await message({ email, answered: false }))).toBeUndefined();
      expect(await state('crm')).toMatchObject({ state: 'delivered', reason: null });
      expect(crm.contacts).toEqual(['nobody 0']);
      expect(crm.tasks).toMatchObject([{ title: 'Reply to Eva: missed chat' }]);
    },
  );

  test('and typed an address in the chat is known by that', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    await deliver(await message({ email: 'jan@posta', words: ['It is jan@posta.example'] }));
    expect(crm.contacts).toEqual(['jan@posta.example']);
  });
});

describe('an address that a visitor only typed in the chat', () => {
  test('makes the contact, and releases what is held of the visitor', async () => {
    const crm = createMemoryCrm();
    const { deliver, requeued } = createSystem({ crm });
    await lookTwice(deliver, await anonymous(930_001, 601));
    const words = ['Please write to petr.text@posta.example, or call +420 601 123 032'];
    await deliver(await message({ channel: 930_002, visitorId: 601, email: null, words }));
    await Promise.all(requeued.splice(0).map(deliver));
    expect(crm.contacts).toEqual(['petr.text@posta.example']);
    expect(crm.notes.map(({ contactId }) => contactId)).toEqual(['0', '0']);
  });

  test('counts for nothing beside one that the same visitor left in another chat, before or after', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    await deliver(await anonymous(930_011, 611, 'eva@example.com'));
    const words = ['Send the invoice to accounts@example.com'];
    await deliver(await message({ channel: 930_012, visitorId: 611, email: null, words }));
    await deliver(await anonymous(930_013, 611));
    expect(crm.contacts).toEqual(['eva@example.com']);
    expect(crm.notes.map(({ contactId }) => contactId)).toEqual(['0', '0', '0']);
  });

  test('counts for nothing if the configuration says so', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm }, { contactFromWords: false });
    const chat = await message({ visitorId: 621, email: null, words: ['I am eva@example.com'] });
    await lookTwice(deliver, chat);
    expect(await state('crm')).toMatchObject({ state: 'held' });
  });
});
