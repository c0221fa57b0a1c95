import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Recording } from '../../../lambda/delivering/ports.ts';
import { createConversations, createReadBody, createReadUnerased } from '../../../lambda/store/conversations.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { createChatsOf } from '../../../lambda/store/visitors.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { allItems } from '../../support/items.ts';
import { copyOf, newChannel, recordingOf, retention, type StoreTests } from './support.ts';

export const conversationTests: StoreTests = (table) => {
  let channelId = 0;
  beforeEach(() => {
    channelId = newChannel();
  });
  const conversations = () => createConversations(table(), retention);
  const readBody = (conversationId: string) => createReadBody(table())(conversationId);
  const copy = (words: readonly string[], parts?: Parameters<typeof copyOf>[2]) => copyOf(channelId, words, parts);

  const erasure = () => createErasure(table(), () => new Date('2026-05-01T08:00:01Z'));

  /** The keys of this test's items. */
  const traces = async () => {
    const keys = (await allItems(table())).map(({ pk, sk }) => `${pk} ${sk}`);
    return keys.filter((key) => key.split(/[# ]/).includes(String(channelId)));
  };

  test('is kept as it came', async () => {
    const recording = copy(['Hello', 'žluťoučký kůň \u0000 🐎']);
    expect(await conversations().record(recording)).toMatchObject({ kind: 'first' });
    const { body, receivedAt } = recording;
    expect(await readBody(recording.conversation.id)).toEqual({ body, receivedAt });
  });

  test('is kept once, however often it comes', async () => {
    const recording = copy(['Hello']);
    await conversations().record(recording);
    expect(await conversations().record(copy(['Hello'], { receivedAt: '2026-05-02T08:00:00Z' }))).toMatchObject({
      kind: 'unchanged',
    });
    const same = await Promise.all(Array.from({ length: 20 }, () => conversations().record(recording)));
    expect(new Set(same.map(({ kind }) => kind))).toEqual(new Set(['unchanged']));
    expect(await conversations().record({ ...recording, isLikelyKept: true })).toMatchObject({ kind: 'unchanged' });
  });

  test('is not looked for where it is likely new, and kept once all the same', async () => {
    let reads = 0;
    const get: Table['get'] = (key, options) => {
      reads += 1;
      return table().get(key, options);
    };
    const record = () => createConversations({ ...table(), get }, retention).record(copy(['Hello']));
    expect(await record()).toMatchObject({ kind: 'first' });
    expect(reads).toBe(0);
    const outcomes = await Promise.all(Array.from({ length: 20 }, record));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['unchanged']));
  });

  test('is not taken for new where its message was handed out before: its ledger may outlive it', async () => {
    expect(await conversations().record({ ...copy(['Hello']), isLikelyKept: true })).toMatchObject({
      kind: 'recorded',
    });
  });

  test('is replaced by a longer copy, and by a rated one', async () => {
    await conversations().record(copy(['Hello']));
    const longer = copy(['Hello', 'Still there?']);
    expect(await conversations().record(longer)).toMatchObject({ kind: 'recorded' });
    const rated = copy(['Hello', 'Still there?'], { rating: 5 });
    expect(await conversations().record(rated)).toMatchObject({ kind: 'recorded' });
    expect((await readBody(rated.conversation.id))?.body).toBe(rated.body);
  });

  test('is not replaced by an older copy that was held up', async () => {
    const whole = copy(['Hello', 'Still there?']);
    await conversations().record(whole);
    expect(await conversations().record(copy(['Hello'], { receivedAt: '2026-05-09T08:00:00Z' }))).toMatchObject({
      kind: 'superseded',
    });
    expect((await readBody(whole.conversation.id))?.body).toBe(whole.body);
  });

  test('is replaced by the same copy, as another release reads it', async () => {
    const former = copy(['Hello']);
    await conversations().record({ ...former, contentHash: 'as a former release had it' });
    expect(await conversations().record(former)).toMatchObject({ kind: 'recorded' });
    expect((await readBody(former.conversation.id))?.body).toBe(former.body);
  });

  test('of which many copies come at once ends as the longest of them', async () => {
    const copies = Array.from({ length: 10 }, (_, index) => copy(Array.from({ length: index + 1 }, () => 'Hello')));
    await Promise.all(copies.map((each) => conversations().record(each)));
    expect((await readBody(`208:${channelId}`))?.body).toBe(copies.at(-1)?.body);
  });

  test.each([
    ['of any length', '\u20ac'.repeat(128), '\u20ac'.repeat(12_800)],
    ['with half a character', 'half \ud800', 'half \udc00'],
    ['with what keys are written with', '#CHAT#', 'email#eva@example.com'],
  ])('may have ids and a visitor %s', async (_what, id, visitorId) => {
    const ids = { accountId: id, channel: { id: `${id.slice(0, 100)}${channelId}` }, visitor: { id: visitorId } };
    const recording = recordingOf(JSON.stringify(ids), new Date());
    expect(await conversations().record(recording)).toMatchObject({ kind: 'first' });
    expect((await readBody(recording.conversation.id))?.body).toBe(recording.body);
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
        const recording = recordingOf(body, new Date());
        expect(await conversations().record(recording)).toMatchObject({ kind: 'first' });
        expect((await readBody(recording.conversation.id))?.body).toBe(body);
      }),
      { numRuns: 30 },
    );
  });

  test('tells whose it is in its newest copy, whichever comes last', async () => {
    const copyBy = (email: string | null, words: readonly string[]) => {
      const messages = words.map((content) => ({ type: 'visitor', content }));
      const hook = { accountId: 208, channel: { id: channelId }, visitor: { id: channelId, email }, messages };
      return recordingOf(JSON.stringify(hook), new Date('2026-05-01T08:00:00Z'));
    };
    const newest = copyBy('eva@example.com', ['Hello', 'It is Eva']);
    const copies = [copyBy(null, ['Hello']), newest, copyBy(null, [])];
    await Promise.all(copies.map((each) => conversations().record(each)));
    expect(await createChatsOf(table())(newest.conversation)).toMatchObject([{ email: 'eva@example.com' }]);
  });

  test('that is erased while it is being recorded leaves no trace', async () => {
    const words = `a secret of ${channelId}`;
    const recording = copy([words], { visitorId: channelId });
    const { end } = erasure();
    const update: Table['update'] = async (key, change) => {
      if (key.sk === 'CHAT') await end(recording.conversation.id);
      return table().update(key, change);
    };
    expect(await createConversations({ ...table(), update }, retention).record(recording)).toMatchObject({
      kind: 'superseded',
    });

    expect(await readBody(recording.conversation.id)).toBeUndefined();
    expect(await traces()).toEqual([`CHAT#208#${channelId} CHAT`]);
    expect(await conversations().record(copy([words, 'Once more']))).toMatchObject({ kind: 'superseded' });
    expect(await traces()).toEqual([`CHAT#208#${channelId} CHAT`]);
  });

  test('that is erased leaves no trace, although a process died that had begun to record it once more', async () => {
    const recording = copy([`a secret of ${channelId}`], { visitorId: channelId });
    await erasure().end(recording.conversation.id);
    const update: Table['update'] = () => Promise.reject(new Error('it dies here'));
    await expect(createConversations({ ...table(), update }, retention).record(recording)).rejects.toThrow('it dies');
    expect(await traces()).not.toHaveLength(1);
    expect(await conversations().record({ ...recording, isLikelyKept: true })).toMatchObject({ kind: 'superseded' });
    expect(await traces()).toEqual([`CHAT#208#${channelId} CHAT`]);
  });

  test.each([
    ['small', 'a secret'],
    ['large', randomBytes(500_000).toString('hex')],
  ])('whose erasure has begun is read by who ends it alone, whatever %s copy comes', async (_size, words) => {
    const recording = copy([words], { visitorId: channelId });
    const { id } = recording.conversation;
    await conversations().record(recording);
    const before = await traces();
    const { begin, end } = erasure();
    await begin(id);
    await begin(id);
    for (const late of [recording, copy([words, 'Once more'], { visitorId: channelId })]) {
      expect(await conversations().record(late)).toEqual({ kind: 'superseded' });
    }
    expect(await traces()).toEqual(before);
    expect(await readBody(id)).toBeUndefined();
    expect(await createReadUnerased(table())(id)).toMatchObject({ body: recording.body });

    await end(id);
    expect(await createReadUnerased(table())(id)).toBe('erased');
    expect(await traces()).toEqual([`CHAT#208#${channelId} CHAT`]);
  });

  test('that is erased leaves no trace where nothing is known of its visitor', async () => {
    const body = JSON.stringify({ accountId: 208, channel: { id: channelId }, messages: [{ content: 'a secret' }] });
    const recording = recordingOf(body, new Date('2026-05-01T08:00:00Z'));
    expect(await conversations().record(recording)).toEqual({ kind: 'first', chats: [] });
    await erasure().end(recording.conversation.id);
    expect(await traces()).toEqual([`CHAT#208#${channelId} CHAT`]);
  });

  test('is told with the visitor’s others as soon as it is among them', async () => {
    const of = (id: number, words: string) => copyOf(id, [words], { visitorId: 1_000_000 + channelId });
    const first = of(channelId, 'Hello');
    const second = of(newChannel(), 'Hello again');
    const idsIn = async (recording: Recording) => {
      const recorded = await conversations().record(recording);
      return recorded.kind === 'superseded' ? [] : recorded.chats.map(({ conversationId }) => conversationId);
    };
    expect(await idsIn(first)).toEqual([first.conversation.id]);
    expect((await idsIn(second)).toSorted()).toEqual([first.conversation.id, second.conversation.id].toSorted());
    expect((await idsIn({ ...first, isLikelyKept: true })).toSorted()).toEqual(
      [first.conversation.id, second.conversation.id].toSorted(),
    );
  });

  test('that never came is not there', async () => {
    expect(await readBody('208:nobody')).toBeUndefined();
  });
};
