import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../../../lambda/conversation/model.ts';
import { escapeHtml } from '../../../../lambda/conversation/transcript/formats.ts';
import type { CrmAdapter } from '../../../../lambda/crm/port/adapter.ts';
import { one } from '../../../contract/driving.ts';
import { aConversation, aMessage, anEntry } from '../../../fixtures/conversation.ts';
import type { FakeHubspot, FakeHubspotOptions } from '../../../support/fake-hubspot.ts';
import { type Opened, openHubspot } from './hubspot.ts';

const now = () => new Date('2026-05-04T09:00:00.000Z');
const long = (parts: number): Conversation =>
  aConversation({
    messages: Array.from({ length: parts }, (_, at) => aMessage({ text: `word-${at} ${'x'.repeat(60_000)}` })),
  });

let opened: Opened;
let hubspot: FakeHubspot;
let adapter: CrmAdapter;
let contactId: string;

async function open(options: FakeHubspotOptions = {}) {
  opened = await openHubspot(options, now);
  ({ hubspot, adapter } = opened);
  contactId = hubspot.addContact({ email: 'eva.horakova@example.com' }).id;
}
beforeEach(() => open());
afterEach(() => opened.close());

const find = (conversation: Conversation) => adapter.findConversation?.(anEntry(conversation, contactId));
const log = (conversation: Conversation) => one(adapter.logConversations, anEntry(conversation, contactId));
const update = (conversation: Conversation, id: string) =>
  adapter.updateConversation(anEntry(conversation, contactId), id);
const created = () =>
  hubspot.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/notes/batch/create'));
/** The number that each part's visible words begin with, by the note that holds it. */
const held = () =>
  Object.fromEntries(
    hubspot.notes.list().map(({ id, properties }) => [id, properties['hs_note_body']?.match(/word-\d+/g)?.join()]),
  );

describe('a note', () => {
  test('stands on the contact’s timeline at the time of the chat', async () => {
    const id = await log(aConversation());
    expect(hubspot.notes.get(id)).toMatchObject({
      contactIds: [contactId],
      properties: { hs_timestamp: '2026-05-04T08:15:00.250Z' },
    });
  });

  test('of a chat without any time is dated now, and keeps that date', async () => {
    const timeless = aConversation({ startedAt: null, endedAt: null, messages: [aMessage({ sentAt: null })] });
    const id = await log(timeless);
    await update({ ...timeless, rating: { score: 1, comment: null } }, id);
    expect(hubspot.notes.get(id)?.properties['hs_timestamp']).toBe('2026-05-04T09:00:00.000Z');
  });
});

describe('a long chat', () => {
  test('is continued in further notes, in order on the timeline', async () => {
    const ids = (await log(long(3))).split(',');
    expect(held()).toEqual(Object.fromEntries(ids.map((id, part) => [id, `word-${part}`])));
    const times = ids.map((id) => hubspot.notes.get(id)?.properties['hs_timestamp']);
    expect(times).toEqual(['2026-05-04T08:15:00.250Z', '2026-05-04T08:15:00.251Z', '2026-05-04T08:15:00.252Z']);
  });

  test('gains and loses notes with its parts', async () => {
    const one = await log(long(1));
    const three = await update(long(3), one);
    expect(three.split(',')).toEqual([one, expect.any(String), expect.any(String)]);
    expect(await update(long(2), three)).toBe(three.split(',').slice(0, 2).join());
    expect(Object.values(held())).toEqual(['word-0', 'word-1']);
  });

  test('with a failed part has an unknown outcome, and is completed', async () => {
    const whole = await log(long(3));
    hubspot.notes.delete(whole.split(',')[1] ?? '');
    const at = now().toISOString();
    const results = hubspot.notes.list().map((note, index) => ({
      ...hubspot.view(note, []),
      objectWriteTraceId: String(2 * index),
    }));
    const error = { status: 'error', category: 'RATE_LIMITS', message: 'Slow', errors: [], links: {} };
    const errors = [{ ...error, context: { objectWriteTraceId: ['1'] } }];
    const body = { status: 'COMPLETE', results, startedAt: at, completedAt: at, numErrors: 1, errors };
    hubspot.inject({ on: ({ path }) => path.endsWith('/batch/create'), how: { status: 207, body } });
    await expect(log(long(3))).rejects.toMatchObject({ outcomeUnknown: true, status: 429 });
    const ids = await update(long(3), (await find(long(3))) ?? '');
    expect(held()).toEqual(Object.fromEntries(ids.split(',').map((id, part) => [id, `word-${part}`])));
    expect(hubspot.notes.size).toBe(3);
  });

  test('that fails while it grows is not doubled by the next attempt', async () => {
    const one = await log(long(1));
    hubspot.inject({ on: ({ text }) => text.includes('part 3 of 3'), how: 'reset' });
    await expect(update(long(3), one)).rejects.toMatchObject({ fault: { kind: 'retryable' } });
    await update(long(3), one);
    expect(Object.values(held()).toSorted()).toEqual(['word-0', 'word-1', 'word-2']);
  });

  test('with a lost middle part is found with its gap, and filled', async () => {
    const [first = '', second = '', third = ''] = (await log(long(3))).split(',');
    hubspot.notes.delete(second);
    expect(await find(long(3))).toBe(`${first},,${third}`);
    const ids = (await update(long(3), `${first},,${third}`)).split(',');
    expect(ids).toEqual([first, expect.stringMatching(/^\d+$/), third]);
    expect(Object.values(held()).toSorted()).toEqual(['word-0', 'word-1', 'word-2']);
  });
});

describe('looking for an earlier note', () => {
  test('finds nothing if there is no note, or only another chat’s', async () => {
    expect(await find(aConversation())).toBeUndefined();
    await log(aConversation({ id: '208:5503' }));
    await log(aConversation({ id: '1208:55039' }));
    expect(await find(aConversation())).toBeUndefined();
  });

  test('ignores a visitor who writes our reference line', async () => {
    const liar = aConversation({ id: '208:1', messages: [aMessage({ text: 'Smartsupp chat 208:55039' })] });
    await log(liar);
    expect(await find(aConversation())).toBeUndefined();
  });

  test('changes nothing', async () => {
    const id = await log(aConversation());
    const before = structuredClone([...hubspot.notes]);
    expect(await find(aConversation({ rating: { score: 1, comment: 'Bad' } }))).toBe(id);
    expect([...hubspot.notes]).toEqual(before);
  });

  test('finds ids that need escaping', async () => {
    const odd = aConversation({ id: "o'neil%26sons.example:a-1" });
    const id = await log(odd);
    expect(await find(odd)).toBe(id);
    expect(escapeHtml(odd.id)).not.toBe(odd.id);
  });

  test('lists all notes of a busy contact, and reads only the recent bodies', async () => {
    await opened.close();
    await open({ associationsPerPage: 40 });
    for (let count = 0; count < 130; count += 1) {
      const properties = { hs_timestamp: '2020-01-01T00:00:00.000Z', hs_note_body: `old ${count}` };
      hubspot.notes.add({ properties, contactIds: [contactId] }, new Date('2020-01-01T00:00:00.000Z'));
    }
    const id = await log(aConversation());
    expect(await find(aConversation())).toBe(id);
    const reads = hubspot.requests.filter(({ path }) => path.endsWith('/batch/read'));
    expect(reads.map(({ text }) => [text.includes('hs_note_body'), text.match(/"id"/g)?.length])).toEqual([
      [false, 100],
      [false, 31],
      [true, 1],
    ]);
  });

  test('that fails is an error, not "not found"', async () => {
    await log(aConversation());
    hubspot.inject({ on: ({ path }) => path.endsWith('/batch/read'), how: { status: 500 } });
    await expect(find(aConversation())).rejects.toMatchObject({ fault: { kind: 'retryable' } });
  });
});

test('a note that somebody deleted is written again by the next change', async () => {
  const id = await log(aConversation());
  hubspot.notes.delete(id);
  const again = await update(aConversation({ rating: { score: 5, comment: null } }), id);
  expect([...hubspot.notes.keys()]).toEqual([again]);
  expect(created()).toHaveLength(2);
});
