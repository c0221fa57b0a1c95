import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import type { CrmAdapter, LogId } from '../../../../lambda/crm/port/adapter.ts';
import { createZendeskAdapter } from '../../../../lambda/crm/zendesk/index.ts';
import { failure } from '../../../contract/driving.ts';
import { aConversation } from '../../../fixtures/conversation.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import type { Received } from '../../../support/fake-server.ts';
import { type FakeZendesk, startFakeZendesk } from '../../../support/fake-zendesk.ts';
import { blamed, chat, long, missed, praised, ticketsOf } from '../help-desk.ts';

let zendesk: FakeZendesk;
let deps: AdapterDeps;
let adapter: CrmAdapter;
let contactId: string;

beforeEach(async () => {
  zendesk = await startFakeZendesk({ commentsPerPage: 2 });
  deps = adapterDeps(zendesk.secret);
  adapter = open();
  contactId = String(zendesk.users.add({ name: 'Eva', email: 'eva.horakova@example.com' }).id);
});
afterEach(async () => {
  deps.http.close();
  await zendesk.close();
  expect(zendesk.violations).toEqual([]);
});

const open = (changes: Partial<Parameters<typeof createZendeskAdapter>[0]> = {}) =>
  createZendeskAdapter({ name: 'zendesk', adapter: 'zendesk', baseUrl: zendesk.url, ...changes }, deps);
const { entry, log, update, find } = ticketsOf(() => ({ adapter, contactId }));
const ticket = (id: LogId) => zendesk.tickets.get(Number(id));
const comments = (id: LogId) => ticket(id)?.comments.map(({ html_body: html }) => html) ?? [];
const close = (id: LogId) => Object.assign(ticket(id) ?? {}, { status: 'closed' });
const creates = ({ method, path }: Received) => method === 'POST' && path.endsWith('/tickets');

const inFourHours = (instant: string) => new Date(Date.parse(instant) + 4 * 60 * 60_000).toISOString();

describe('a ticket', () => {
  test('is solved if nothing is left to do, by the token’s user or the owner', async () => {
    const own = { subject: 'Chat with Eva Horáková', status: 'solved', assignee_email: 'forwarder@shop.example' };
    expect(ticket(await log(chat))).toMatchObject({ ...own, external_id: '208:55039', tags: ['smartsupp'] });
    const owned = ticket(await log({ ...chat, id: '208:1' }, '900123'));
    expect(owned).toMatchObject({ status: 'solved', assignee_id: 900123 });
    expect(owned).not.toHaveProperty('assignee_email');
  });

  test('is a task if somebody was missed: new without an owner, else open', async () => {
    const task = { type: 'task', due_at: '2026-05-04T12:21:30.000Z' };
    expect(ticket(await log(missed))).toMatchObject({ ...task, status: 'new' });
    const owned = ticket(await log({ ...missed, id: '208:1' }, '900123'));
    expect(owned).toMatchObject({ ...task, status: 'open', assignee_id: 900123 });
  });

  test('follows the configured reasons for a follow-up', async () => {
    adapter = open({ followUp: { on: ['lowRating'], lowRating: 1, dueInHours: 24 } });
    expect(ticket(await log(missed))).toMatchObject({ status: 'solved' });
    expect(ticket(await log({ ...blamed, id: '208:1' }))).toMatchObject({ due_at: '2026-05-05T08:21:30.000Z' });
  });

  test('of a chat that has no time is due after its receipt, the same whenever it is posted', async () => {
    const timeless = { ...missed, startedAt: null, endedAt: null };
    const { receivedAt } = entry(timeless);
    expect(ticket(await log(timeless))).toMatchObject({ due_at: inFourHours(receivedAt) });
  });

  test('has a subject of one line, whatever the visitor’s name', async () => {
    const name = `Eva\r\nBcc: ${'x'.repeat(500)}`;
    const subject = String(ticket(await log(aConversation({ visitor: { name } })))?.['subject']);
    expect(subject).toMatch(/^Chat with Eva Bcc: x+/);
    expect(subject.length).toBeLessThanOrEqual(150);
  });

  test('that conflicts with another write in Zendesk’s database is retried', async () => {
    const body = { error: 'DatabaseConflict', description: 'Database collision' };
    zendesk.inject({ on: creates, how: { status: 409, body } });
    expect(await failure(log(chat))).toMatchObject({ fault: { kind: 'retryable', retryAfterMs: 1000 } });
  });

  test('that Zendesk refuses names the wrong field', async () => {
    const details = { base: [{ description: 'Department: is required when solving a ticket' }] };
    const body = { error: 'RecordInvalid', description: 'Record validation errors', details };
    zendesk.inject({ on: creates, how: { status: 422, body } });
    expect((await failure(log(chat))).message).toContain('Department: is requi');
  });
});

describe('a chat that went on', () => {
  test('is added as a comment, and the status stays as the agents set it', async () => {
    const id = await log(missed);
    Object.assign(ticket(id) ?? {}, { status: 'pending' });
    expect(await update(praised, id)).toBe(id);
    expect(comments(id)).toEqual([expect.not.stringContaining('Thanks'), expect.stringContaining('Thanks')]);
    expect(ticket(id)?.status).toBe('pending');
  });

  test('of a user who was replaced is the new one’s ticket', async () => {
    const id = await log(chat);
    const another = String(zendesk.users.add({ name: 'Eva', email: 'eva.horakova@example.com' }).id);
    await adapter.updateConversation({ ...entry(praised), contactId: another, contactChanged: true }, id);
    expect(ticket(id)).toMatchObject({ requester_id: Number(another) });
  });

  test('reopens the ticket after a low rating, and only once', async () => {
    const id = await log(chat);
    await update(blamed, id);
    expect(ticket(id)).toMatchObject({ status: 'open', type: 'task' });
    Object.assign(ticket(id) ?? {}, { status: 'solved' });
    await update(blamed, id);
    expect(ticket(id)?.status).toBe('solved');
    expect(comments(id)).toHaveLength(2);
  });

  test('whose answer was lost is not added twice', async () => {
    const id = await log(chat);
    zendesk.inject({ on: ({ method }) => method === 'PUT', how: 'reset', takesEffect: true });
    expect(await failure(update(praised, id))).toMatchObject({ outcomeUnknown: true });
    await update(praised, id);
    expect(comments(id)).toHaveLength(2);
  });
});

describe('a long chat', () => {
  const words = (id: LogId) => comments(id).map((html) => html.match(/word-[abc]/g)?.join());

  test('continues in further comments, measured in bytes', async () => {
    expect(words(await log(long))).toEqual(['word-a', 'word-b', 'word-c']);
  });

  test('that was interrupted is completed', async () => {
    zendesk.inject({ on: ({ text }) => text.includes('part 2 of 3'), how: { status: 429 } });
    expect(await failure(log(long))).toMatchObject({ status: 429, outcomeUnknown: true });
    const id = (await find(long)) ?? '';
    expect(await update(long, id)).toBe(id);
    expect(words(id)).toEqual(['word-a', 'word-b', 'word-c']);
  });
});

describe('a ticket that takes no more comments', () => {
  test('because it is closed continues in a follow-up ticket', async () => {
    const id = await log(chat);
    close(id);
    const ids = await update(blamed, id);
    const [first, second = ''] = ids.split(',');
    expect(first).toBe(id);
    expect(ticket(second)).toMatchObject({
      via_followup_source_id: Number(id),
      external_id: '208:55039',
      status: 'new',
    });
    expect(await update(praised, ids)).toBe(ids);
    expect(comments(second)).toHaveLength(2);
  });

  test('is not followed up twice if the answer was lost', async () => {
    const id = await log(chat);
    close(id);
    zendesk.inject({ on: creates, how: 'reset', takesEffect: true });
    expect(await failure(update(blamed, id))).toMatchObject({ outcomeUnknown: true });
    const ids = await update(blamed, id);
    expect(ids.split(',')).toHaveLength(2);
    expect(zendesk.tickets.size).toBe(2);
    expect(await adapter.findConversation?.(entry(blamed))).toBe(ids);
  });

  test('because it was deleted is created again', async () => {
    const id = await log(chat);
    zendesk.tickets.delete(Number(id));
    const again = await update(praised, id);
    expect([...zendesk.tickets.keys()].map(String)).toEqual([again]);
  });

  test('is removed with all its follow-up tickets', async () => {
    const id = await log(chat);
    close(id);
    await adapter.removeConversation?.(await update(blamed, id));
    expect(zendesk.tickets.size).toBe(0);
  });
});
