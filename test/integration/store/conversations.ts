import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChatCopy } from '../../../lambda/delivery/ports.ts';
import { chunkBytes } from '../../../lambda/store/chunks.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { copyFrom, copyOf, itemsOf, keysOf, newChannel, retention, type StoreTests } from './support.ts';

/** Text that takes more than one item, however it is compressed. */
const large = () => randomBytes(chunkBytes + 10_000).toString('base64');

export const conversationTests: StoreTests = (table) => {
  let channelId = 0;
  beforeEach(() => {
    channelId = newChannel();
  });
  const id = () => `208:${channelId}`;
  const conversations = (parts: Partial<Table> = {}) => createConversations({ ...table(), ...parts }, retention);
  const save = (copy: ChatCopy, parts?: Partial<Table>) => conversations(parts).save(copy);
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
    expect(await save(copy(['Hello', 'Still there?']))).toBe('known');
    const rated = copy(['Hello', 'Still there?'], { rating: 5 });
    expect(await save(rated)).toBe('known');
    expect(await bodyOf()).toBe(rated.body);
  });

  test('is not replaced by an older copy that was held up', async () => {
    const whole = copy(['Hello', 'Still there?']);
    await save(whole);
    expect(await save(copy(['Hello'], { receivedAt: '2026-05-09T08:00:00Z' }))).toBe('superseded');
    expect(await bodyOf()).toBe(whole.body);
  });

  test('is written once more by the same copy, as another release reads it', async () => {
    const hello = copy(['Hello']);
    await save({
      ...hello,
      contentHash: 'as another release has it',
      foundBy: { email: null, phone: '+420601123456' },
    });
    expect(await save(hello)).toBe('known');
    const { contentHash } = hello;
    expect(await itemsOf(table(), id())).toMatchObject([{ contentHash, phone: null }]);
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
    const text = fc.string({ unit: 'binary', maxLength: 50 });
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
