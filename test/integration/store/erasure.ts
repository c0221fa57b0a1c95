import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ChatCopy } from '../../../lambda/delivery/ports.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createErasure, createReadErasure, createReadUnerased, erasureDays } from '../../../lambda/store/erasure.ts';
import { chunkBytes } from '../../../lambda/store/large-bodies.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { collect, type Table } from '../../../lambda/store/table.ts';
import { died, dyingAfter, interposed } from './dying-table.ts';
import {
  type Clock,
  copyOf,
  createClock,
  firstAttempt,
  firstLease,
  itemsOf,
  keysOf,
  newChannel,
  retention,
  type StoreTests,
  saveCopy,
} from './support.ts';

const large = randomBytes(chunkBytes + 10_000).toString('base64');

export const erasureTests: StoreTests = (table) => {
  let channelId = 0;
  let clock: Clock;
  beforeEach(() => {
    channelId = newChannel();
    clock = createClock();
  });
  const id = () => `208:${channelId}`;
  const conversations = () => createConversations(table(), retention);
  const ledger = () => createLedger(table(), { ...retention, now: clock.now });
  const erasure = (its: Table = table()) => createErasure(its, clock.now);
  const readUnerased = () => createReadUnerased(table())(id());
  const copy = (words: readonly string[]): ChatCopy =>
    copyOf(channelId, words, { visitorId: channelId, email: `eva${channelId}@example.com` });
  const isFound = async () => {
    const keys = [`email#eva${channelId}@example.com`, `visitor#208#${channelId}`];
    const found = await Promise.all(keys.map((key) => collect(createRecords(table()).chatsOf(key))));
    return found.every((ids) => ids.includes(id()));
  };
  const bareMark = () => ({
    pk: `CHAT#208#${channelId}`,
    sk: 'CHAT',
    conversationId: id(),
    revision: '~',
    erasedAt: clock.now().toISOString(),
    expiresAt: clock.now().getTime() / 1000 + erasureDays * 24 * 60 * 60,
  });
  const expectErased = async () => {
    expect(await itemsOf(table(), id())).toEqual([bareMark()]);
    expect(await isFound()).toBe(false);
    expect(await conversations().load(id())).toBe('erased');
    expect(await readUnerased()).toBe('erased');
  };

  test('prevents a chat that is not stored yet, and touches none that is', async () => {
    await erasure().prevent(id());
    await expectErased();
    expect(await saveCopy(table(), copy(['a late copy']))).toBe('superseded');
    channelId = newChannel();
    await conversations().save(copy(['of somebody else']));
    await erasure().prevent(id());
    expect(await readUnerased()).toMatchObject({ body: expect.stringContaining('of somebody else') });
  });

  test.each([
    ['small', 'a secret'],
    ['large', large],
  ])('that has begun leaves a %s chat to be read until it ends, and keeps every copy out', async (_, words) => {
    const chat = copy([words]);
    await conversations().save(chat);
    const before = await keysOf(table(), id());
    await erasure().begin(id(), 'email#eva@example.com');
    await erasure().begin(id(), 'email#eva@example.com');
    for (const late of [chat, copy([words, 'Once more'])]) expect(await saveCopy(table(), late)).toBe('superseded');
    expect(await keysOf(table(), id())).toEqual(before);
    expect(await conversations().load(id())).toBe('erasing');
    expect(await isFound()).toBe(true);
    const unerased = await readUnerased();
    expect(typeof unerased === 'object' && unerased.body === chat.body).toBe(true);

    await erasure().end(id());
    await expectErased();
  });

  test('tells since when, and of no other chat', async () => {
    await conversations().save(copy(['Hello']));
    const readErasure = createReadErasure(table());
    expect(await readErasure(id())).toBeUndefined();
    await erasure().begin(id(), 'email#eva@example.com');
    expect(await readErasure(id())).toBe(clock.now().toISOString());
    expect(await createReadErasure(table())('208:nobody')).toBeUndefined();
    expect(await createReadUnerased(table())('208:nobody')).toBeUndefined();
  });

  test('leaves nothing but a bare mark of the chat and its deliveries, which outlives every message', async () => {
    await conversations().save(copy([large]));
    for (const each of firstAttempt(clock.now(), { state: 'parked' })) await ledger().write(id(), each);
    for (const each of firstAttempt(clock.now(), { state: 'held', heldFor: '208#7' }, 'other'))
      await ledger().write(id(), each);
    await erasure().begin(id(), 'email#eva@example.com');
    await erasure().end(id());
    await expectErased();
    expect(await saveCopy(table(), copy([large, 'Once more']))).toBe('superseded');
    await expectErased();
  });

  test.each([
    ['has not come yet', false],
    ['comes once more', true],
  ])('of a chat that %s keeps it out, between any two of its calls', async (_, isThere) => {
    for (let step = 0, isOver = false; !isOver; step += 1) {
      channelId = newChannel();
      const chat = copy([large]);
      if (isThere) await conversations().save(chat);
      let calls = 0;
      const slow = interposed(table(), async () => {
        calls += 1;
        if (calls === step) await saveCopy(table(), chat);
      });
      await erasure(slow).end(id());
      await expectErased();
      isOver = step > calls;
    }
  });

  test('of a chat that is being saved leaves nothing of it, at whichever of its calls the erasure comes', async () => {
    for (let call = 0; call < 5; call += 1) {
      channelId = newChannel();
      let calls = 0;
      const slow = interposed(table(), async () => {
        if (calls === call) await erasure().end(id());
        calls += 1;
      });
      await saveCopy(slow, copy([large]));
      if (calls <= call) await erasure().end(id());
      await expectErased();
    }
  });

  test('lets no attempt that was under way leave anything', async () => {
    await conversations().save(copy(['Hello']));
    const [leased, delivered] = firstAttempt(clock.now(), { state: 'delivered' });
    await ledger().write(id(), leased);
    await erasure().begin(id(), 'email#eva@example.com');
    await erasure().end(id());
    expect(await ledger().write(id(), delivered)).toBe(false);
    await expectErased();
  });

  describe('that is killed', () => {
    test('at any of its calls is found until it has ended, and leaves nothing once it is run again', async () => {
      let killed = 0;
      for (let calls = 0, isOver = false; !isOver; calls += 1) {
        channelId = newChannel();
        await conversations().save(copy([large]));
        for (const destination of ['crm', 'other']) await ledger().write(id(), firstLease(clock.now(), destination));
        const dying = erasure(dyingAfter(table(), calls));
        try {
          await dying.begin(id(), 'email#eva@example.com');
          await dying.end(id());
          isOver = true;
        } catch (error) {
          expect(error).toBe(died);
          killed += 1;
          expect(await isFound()).toBe(true);
          await erasure().begin(id(), 'email#eva@example.com');
          await erasure().end(id());
        }
        await expectErased();
      }
      // The mark, the body's address, the list, two chunks, two deliveries, the bare mark.
      expect(killed).toBe(8);
    });
  });
};
