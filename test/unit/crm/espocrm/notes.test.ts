import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../../../lambda/conversation/model.ts';
import { createEspocrmAdapter } from '../../../../lambda/crm/espocrm/index.ts';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import type { CrmAdapter } from '../../../../lambda/crm/port/adapter.ts';
import { log, one } from '../../../contract/driving.ts';
import { declared } from '../../../contract/trial.ts';
import { aConversation, aFollowUp, aMessage, anEntry } from '../../../fixtures/conversation.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakeEspocrm, startFakeEspocrm } from '../../../support/fake-espocrm.ts';
import { documentedRole } from '../../../support/fake-espocrm-rules.ts';
import type { Received } from '../../../support/fake-server.ts';

const dayMs = 24 * 60 * 60 * 1000;
const noFollowUps = { followUp: { on: [] } };
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);

let espocrm: FakeEspocrm;
let deps: AdapterDeps;
let adapter: CrmAdapter;
let contactId: string;

async function open(options: Parameters<typeof startFakeEspocrm>[0] = {}, settings: object = {}) {
  espocrm = await startFakeEspocrm(options);
  deps = adapterDeps(espocrm.apiKey);
  adapter = createEspocrmAdapter({ name: 'espocrm', adapter: 'espocrm', baseUrl: espocrm.url, ...settings }, deps);
  contactId = espocrm.add('Contact', { lastName: 'Horáková' }).id;
}
async function close() {
  deps.http.close();
  await espocrm.close();
  expect(espocrm.violations).toEqual([]);
}
beforeEach(() => open({ users: ['karel'] }));
afterEach(close);

const write = (conversation: Conversation) => log(adapter, anEntry(conversation, contactId));
const update = (conversation: Conversation, id: string) =>
  adapter.updateConversation(anEntry(conversation, contactId), id);
const find = (conversation: Conversation) => declared(adapter.findConversation)(anEntry(conversation, contactId));
const age = (id: string, days: number) =>
  Object.assign(declared(espocrm.notes.get(id)), {
    createdAt: daysAgo(days).toISOString().slice(0, 19).replace('T', ' '),
  });
const post = (text: string, createdAt?: Date) =>
  espocrm.notes.add({ type: 'Post', post: text, parentType: 'Contact', parentId: contactId }, createdAt);

describe('a post', () => {
  test('mentions no user, whatever the visitor types', async () => {
    const id = await write(aConversation({ messages: [aMessage({ text: 'Hey @admin and @eva.horakova' })] }));
    expect(espocrm.notes.get(id)?.['post']).not.toMatch(/@\w/);
  });

  test.each([
    ['replaced by', 10, false],
    ['followed by', 40, true],
  ])('that is too old to change is %s another, which is changed from then on', async (_, days, stays) => {
    const old = await write(aConversation());
    age(old, days);
    const newer = await update(aConversation({ rating: { score: 5, comment: 'Nice' } }), old);
    expect(newer).not.toBe(old);
    expect(espocrm.notes.has(old)).toBe(stays);
    expect(await update(aConversation({ rating: { score: 1, comment: 'Rude' } }), old)).toBe(newer);
    expect(await find(aConversation())).toBe(newer);
  });

  test('is looked up in all pages of the stream, back to the start of the chat', async () => {
    const chat = aConversation({ startedAt: daysAgo(3).toISOString() });
    for (let count = 0; count < 60; count += 1) post('old', daysAgo(100));
    const id = await write(chat);
    for (let count = 0; count < 30; count += 1) post('new');
    const before = espocrm.requests.length;
    expect(await find(chat)).toBe(id);
    expect(espocrm.requests.length - before).toBe(2);
  });

  test('in many parts reads from the top, also if writing them was cut off', async () => {
    const text = 'Where is my order? '.repeat(100);
    const long = aConversation({ messages: Array.from({ length: 150 }, () => aMessage({ text })) });
    let written = 0;
    const isSecondPart = ({ method, path }: Received) => {
      if (method !== 'POST' || !path.endsWith('/Note')) return false;
      written += 1;
      return written === 2;
    };
    espocrm.inject({ on: isSecondPart, how: { status: 503 } });
    await expect(write(long)).rejects.toMatchObject({ outcomeUnknown: true });
    await update(long, declared(await find(long)));
    const stream = espocrm.notes.list(({ type }) => type === 'Post').toReversed();
    expect(stream.length).toBeGreaterThan(2);
    expect(stream.map((one) => /part (\d+) of/.exec(String(one['post']).slice(0, 100))?.[1])).toEqual(
      stream.map((_, at) => String(at + 1)),
    );
  });

  test('is found by an id that Markdown would read as emphasis', async () => {
    const odd = aConversation({ id: '208_a*b~c:1_2' });
    expect(await find(odd)).toBeUndefined();
    const id = await write(odd);
    expect(await find(odd)).toBe(id);
    expect(await find(aConversation({ id: '208_a*b~c:1_' }))).toBeUndefined();
  });

  test('on a missing contact is refused for good; without the right it needs an operator', async () => {
    espocrm.inject({ on: ({ method }) => method === 'POST', how: { status: 403 } });
    await expect(write(aConversation())).rejects.toMatchObject({ fault: { kind: 'credentials' }, status: 403 });
    Object.assign(declared(espocrm.records.Contact.get(contactId)), { deleted: true });
    await expect(write(aConversation())).rejects.toMatchObject({ fault: { kind: 'permanent' } });
  });
});

describe('a task', () => {
  const request = () => ({
    ...anEntry(aConversation({ outcome: 'missed' }), contactId),
    followUp: aFollowUp({ title: 'Call <b>Eva</b>' }),
  });
  const task = () => espocrm.records.Task.list()[0];

  test('is assigned to the contact’s owner, else to the API user: EspoCRM requires one', async () => {
    await one(declared(adapter.followUps).create, request());
    expect(task()).toMatchObject({
      assignedUserId: 'api-user-1',
      name: 'Call b Eva /b',
      dateEnd: '2026-05-04 12:30:00',
    });
    espocrm.records.Task.clear();
    Object.assign(declared(espocrm.records.Contact.get(contactId)), { assignedUserId: 'karel' });
    await one(declared(adapter.followUps).create, request());
    expect(task()).toMatchObject({ assignedUserId: 'karel' });
  });
});

describe('the check', () => {
  const { table } = documentedRole;
  const { Task: _, ...withoutTask } = table;
  test.each([
    ['User: read all (now own)', { ...documentedRole, table: { ...table, User: { read: 'own' } } }],
    ['Assignment Permission: all (now no)', { ...documentedRole, assignmentPermission: 'no' }],
    ['Task: create yes (now not set), read all (now not set)', { ...documentedRole, table: withoutTask }],
    [
      'Contact: read all (now own), stream all (now no)',
      {
        ...documentedRole,
        table: { ...table, Contact: { create: 'yes', read: 'own', edit: 'all', stream: 'no' } },
      },
    ],
  ])('names the missing right, %s', async (lacking, role) => {
    await close();
    await open({ role });
    const problems = (await adapter.check()).map(({ problem }) => problem);
    expect(problems).toEqual([expect.stringContaining(`The API user's roles lack ${lacking}. `)]);
  });

  test('asks for no right that is not used', async () => {
    await close();
    await open({ role: { table: { Contact: declared(table['Contact']) }, assignmentPermission: 'no' } }, noFollowUps);
    expect(await adapter.check()).toEqual([]);
  });

  test('accepts links by their attributes, and the metadata of older versions', async () => {
    await close();
    await open({}, { fields: { accountId: '"1"' } });
    expect(await adapter.check()).toEqual([]);
    const body = { entityDefs: { Contact: { fields: { lastName: {} } } } };
    espocrm.inject({ on: ({ path }) => path.endsWith('/Metadata'), how: { status: 200, body } });
    expect(await adapter.check()).toMatchObject([{ problem: expect.stringContaining('accountId') }]);
  });
});
