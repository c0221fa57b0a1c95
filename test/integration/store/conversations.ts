import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChatCopy } from '../../../lambda/delivery/ports.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { chatKey } from '../../../lambda/store/keys.ts';
import { chunkBytes } from '../../../lambda/store/large-bodies.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { anyCharacter } from '../../support/any-character.ts';
import { copyFrom, copyOf, itemsOf, keysOf, newChannel, retention, type StoreTests, saveCopy } from './support.ts';

const later = '2026-05-02T08:00:00Z';

/** Text that takes more than one item, however it is compressed. */
const large = () => randomBytes(chunkBytes + 10_000).toString('base64');

export const conversationTests: StoreTests = (table) => {
  let channelId = 0;
  beforeEach(() => {
    channelId = newChannel();
  });
  const id = () => `208:${channelId}`;
  const conversations = () => createConversations(table(), retention);
  const save = (copy: ChatCopy, parts: Partial<Table> = {}) => saveCopy({ ...table(), ...parts }, copy);
  const bodyOf = async (conversationId = id()) => {
    const stored = await conversations().load(conversationId);
    return typeof stored === 'object' ? stored.readBody() : stored;
  };
  const copy = (words: readonly string[], parts?: Parameters<typeof copyOf>[2]) => copyOf(channelId, words, parts);
  const chunks = async () => (await keysOf(table(), id())).filter((key) => key.startsWith('BODY#'));

  test('is kept as it came', async () => {
    const hello = copy(['Hello', 'žluťoučký kůň \u0000 🐎']);
    expect(await save(hello)).toBe('new');
    const { body, receivedAt, revision } = hello;
    expect(await conversations().load(id())).toMatchObject({ receivedAt, revision, length: body.length });
    expect(await bodyOf()).toBe(body);
  });

  test('is one item, written by one request', async () => {
    const calls: string[] = [];
    const put: Table['put'] = (...asked) => {
      calls.push('put');
      return table().put(...asked);
    };
    await save(copy(['Hello']), { put, get: () => Promise.reject(new Error('nothing is read')) });
    expect(calls).toEqual(['put']);
    expect(await keysOf(table(), id())).toEqual(['CHAT']);
  });

  test('is kept once, however often it comes', async () => {
    const hello = copy(['Hello']);
    await save(hello);
    const same = await Promise.all(Array.from({ length: 20 }, () => save(hello)));
    expect(new Set(same)).toEqual(new Set(['known']));
    expect(await keysOf(table(), id())).toEqual(['CHAT']);
  });

  test('is new to one of twenty that bring it at once', async () => {
    const saved = await Promise.all(Array.from({ length: 20 }, () => save(copy(['Hello']))));
    expect(saved.filter((result) => result === 'new')).toHaveLength(1);
    expect(saved.filter((result) => result === 'known')).toHaveLength(19);
  });

  test('is replaced by a longer copy, and by a rated one', async () => {
    await save(copy(['Hello']));
    expect(await save(copy(['Hello', 'Still there?']))).toBe('merged');
    const rated = copy(['Hello', 'Still there?'], { rating: 5, receivedAt: later });
    expect(await save(rated)).toBe('merged');
    expect(await bodyOf()).toBe(rated.body);
    expect(await save(rated)).toBe('known');
  });

  test.each([
    ['after the words', ['words', 'rating']],
    ['before the words', ['rating', 'words']],
  ])('keeps its words, and the rating of a copy without them that comes %s', async (_when, order) => {
    const copies = { words: copy(['Hello', 'Bye']), rating: copy([], { rating: 1, receivedAt: later }) };
    const results = order.map((which) => () => save(which === 'words' ? copies.words : copies.rating));
    expect(await results[0]?.()).toBe('new');
    expect(await results[1]?.()).toBe('merged');
    expect(await bodyOf()).toBe(copies.words.body);
    expect(await conversations().load(id())).toMatchObject({ rating: { score: 1, comment: null } });
    // Each is a part of what is stored: whichever message comes back, the whole chat is still to be delivered.
    expect([await save(copies.words), await save(copies.rating)]).toEqual(['known', 'known']);
    expect(await keysOf(table(), id())).toEqual(['CHAT']);
  });

  test('is the same chat in whatever order its copies come, and however often', async () => {
    const words = (count: number) => Array.from({ length: count }, (_, at) => `${at}`);
    const copies = fc.array(
      fc.record({ count: fc.integer({ min: 0, max: 2 }), rating: fc.option(fc.integer({ min: 1, max: 5 })) }),
      { minLength: 2, maxLength: 4 },
    );
    const storedBy = async (given: readonly ChatCopy[]) => {
      for (const each of given) await save(each);
      const [first] = given;
      return (await itemsOf(table(), first?.conversation.id ?? ''))
        .map(({ pk, conversationId, visitorAt, ...item }) => item)
        .map(({ revision, rating, receivedAt, body }) => ({ revision, rating, receivedAt, body }));
    };
    const asMade = (channel: number, given: readonly { readonly count: number; readonly rating: number | null }[]) =>
      given.map(({ count, rating }, at) =>
        copyOf(channel, words(count), { rating, receivedAt: `2026-05-01T08:00:0${at}Z` }),
      );
    await fc.assert(
      fc.asyncProperty(copies, fc.infiniteStream(fc.nat()), async (given, picks) => {
        const channel = newChannel();
        const inOrder = await storedBy(asMade(channel, given));
        await createErasure(table(), () => new Date()).end(`208:${channel}`);
        await table().delete(chatKey(`208:${channel}`));
        const made = asMade(channel, given);
        const shuffled = [...made, ...made].toSorted(() => (picks.next().value % 2 === 0 ? -1 : 1));
        expect(await storedBy(shuffled)).toEqual(inOrder);
      }),
      { numRuns: 15 },
    );
  });

  test('is the same chat if its copies come at once', async () => {
    const ratings = [1, 2, 3, 4, 5].map((rating) => copy([], { rating, receivedAt: `2026-05-02T08:00:0${rating}Z` }));
    const longer = [1, 2, 3].map((length) => copy(Array.from({ length }, () => 'Hello')));
    await Promise.all([...ratings, ...longer].map((each) => save(each)));
    expect(await bodyOf()).toBe(longer.at(-1)?.body);
    expect(await conversations().load(id())).toMatchObject({ rating: { score: 5 } });
  });

  test('is not replaced by an older copy that was held up', async () => {
    const whole = copy(['Hello', 'Still there?']);
    await save(whole);
    expect(await save(copy(['Hello'], { receivedAt: '2026-05-09T08:00:00Z' }))).toBe('superseded');
    expect(await bodyOf()).toBe(whole.body);
  });

  test('is written once more by the same copy, as another release reads it', async () => {
    const hello = copy(['Hello']);
    await conversations().save({ ...hello, foundBy: { email: null, phone: '+420601123456' } });
    expect(await save(hello)).toBe('known');
    expect(await itemsOf(table(), id())).toMatchObject([{ phone: null }]);
  });

  test('of which many copies come at once ends as the longest of them', async () => {
    const copies = Array.from({ length: 10 }, (_, index) => copy(Array.from({ length: index + 1 }, () => 'Hello')));
    await Promise.all(copies.map((each) => save(each)));
    expect(await bodyOf()).toBe(copies.at(-1)?.body);
  });

  describe('with a large body', () => {
    test('has it in chunks, and takes back those of the body that it replaces', async () => {
      const copies = [copy([large()]), copy(['small', 'again']), copy([large(), '', '']), copy([large(), '', '', ''])];
      const counts: number[] = [];
      for (const each of copies) {
        await save(each);
        expect((await bodyOf()) === each.body).toBe(true);
        counts.push((await chunks()).length);
      }
      expect(counts).toEqual([2, 0, 2, 2]);
    });

    test('keeps it beside a late rating, whose own body leaves no chunk', async () => {
      const whole = copy([large(), 'Bye']);
      await save(whole);
      expect(await save(copy([large()], { rating: 1, receivedAt: later }))).toBe('merged');
      expect((await bodyOf()) === whole.body).toBe(true);
      expect(await chunks()).toHaveLength(2);
    });

    test('leaves no chunk if a newer copy is there', async () => {
      const whole = copy(['Hello', 'Still there?']);
      await save(whole);
      expect(await save(copy([large()]))).toBe('superseded');
      expect(await keysOf(table(), id())).toEqual(['CHAT']);
    });

    test('keeps it when it comes once more', async () => {
      const hello = copy([large()]);
      await save(hello);
      await Promise.all(Array.from({ length: 5 }, () => save(hello)));
      expect((await bodyOf()) === hello.body).toBe(true);
      expect(await chunks()).toHaveLength(2);
    });

    /** The first body comes once more, later, at the moment when its first chunks are taken back. */
    const backAgain = () => {
      const words = large();
      const [first, second, third] = ['08', '09', '10'].map((hour, at) =>
        copy([at === 1 ? large() : words], { receivedAt: `2026-05-01T${hour}:00:00Z` }),
      );
      if (!first || !second || !third) throw new Error('There are three.');
      let isBack: Promise<unknown> | undefined;
      const remove: Table['delete'] = async (...asked) => {
        isBack ??= save(third);
        await isBack;
        return table().delete(...asked);
      };
      return { first, second, third, remove };
    };

    test('keeps it if the same body is replaced, and comes back while its former chunks are taken back', async () => {
      const { first, second, third, remove } = backAgain();
      await save(first);
      await save(second, { delete: remove });
      expect((await bodyOf()) === third.body).toBe(true);
      expect(await chunks()).toHaveLength(2);
    });

    test('keeps it if an older copy of the same body is superseded at the same moment', async () => {
      const { first, second, third, remove } = backAgain();
      await save(second);
      expect(await save(first, { delete: remove })).toBe('superseded');
      expect((await bodyOf()) === third.body).toBe(true);
      expect(await chunks()).toHaveLength(2);
    });
  });

  test.each([
    ['of any length', '\u20ac'.repeat(128), '\u20ac'.repeat(12_800)],
    ['with half a character', 'half \ud800', 'half \udc00'],
    ['with what keys are written with', '#CHAT#', 'email#eva@example.com'],
  ])('may have ids and a visitor %s', async (_what, text, visitorId) => {
    const ids = { accountId: text, channel: { id: `${text.slice(0, 100)}${channelId}` }, visitor: { id: visitorId } };
    const odd = copyFrom(JSON.stringify(ids), new Date());
    expect(await save(odd)).toBe('new');
    expect(await bodyOf(odd.conversation.id)).toBe(odd.body);
  });

  test('may hold anything that the schema lets through', async () => {
    const text = fc.string({ unit: anyCharacter, maxLength: 50 });
    const parts = fc.record({
      visitor: fc.record({
        id: fc.oneof(fc.integer(), text),
        name: text,
        email: text,
        variables: fc.dictionary(text, text, { maxKeys: 4 }),
      }),
      messages: fc.array(fc.record({ type: text, name: text, content: text }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(parts, async (odd) => {
        const body = JSON.stringify(aHookBody({ ...odd, channel: { id: newChannel() } }));
        const hook = copyFrom(body, new Date());
        expect(await save(hook)).toBe('new');
        expect(await bodyOf(hook.conversation.id)).toBe(body);
      }),
      { numRuns: 30 },
    );
  });

  test('that never came is not there', async () => {
    expect(await conversations().load('208:nobody')).toBeUndefined();
  });
};
