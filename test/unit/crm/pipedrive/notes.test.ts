import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../../../lambda/conversation/model.ts';
import type { AdapterDeps } from '../../../../lambda/crm/http/adapter-deps.ts';
import { createPipedriveAdapter } from '../../../../lambda/crm/pipedrive/index.ts';
import type { CrmAdapter } from '../../../../lambda/crm/port/adapter.ts';
import { log, one } from '../../../contract/driving.ts';
import { declared } from '../../../contract/trial.ts';
import { aConversation, aFollowUp, aMessage, anEntry } from '../../../fixtures/conversation.ts';
import { adapterDeps } from '../../../support/adapter-deps.ts';
import { type FakePipedrive, startFakePipedrive } from '../../../support/fake-pipedrive.ts';

/** Each message fills a note: two bytes a letter. */
const long = (parts: number): Conversation =>
  aConversation({
    messages: Array.from({ length: parts }, (_, at) => aMessage({ text: `word-${at} ${'ř'.repeat(44_000)}` })),
  });

let pipedrive: FakePipedrive;
let deps: AdapterDeps;
let adapter: CrmAdapter;
let personId: string;

beforeEach(async () => {
  pipedrive = await startFakePipedrive({ perPage: 40 });
  deps = adapterDeps(pipedrive.token, { now: () => new Date('2026-05-04T09:00:00.000Z') });
  const settings = { name: 'pipedrive', adapter: 'pipedrive', baseUrl: pipedrive.url } as const;
  adapter = createPipedriveAdapter(settings, deps);
  personId = String(pipedrive.persons.add({ name: 'Eva' }).id);
});
afterEach(async () => {
  deps.http.close();
  await pipedrive.close();
  expect(pipedrive.violations).toEqual([]);
});

const write = (conversation: Conversation) => log(adapter, anEntry(conversation, personId));
const update = (conversation: Conversation, id: string) =>
  adapter.updateConversation(anEntry(conversation, personId), id);
const find = (conversation: Conversation) => declared(adapter.findConversation)(anEntry(conversation, personId));
const words = () => pipedrive.notes.list().map(({ content }) => content.match(/word-\d+/g)?.join());

describe('a note', () => {
  test('is dated at the time of the chat, or now if that is unknown', async () => {
    await write(aConversation());
    await write(aConversation({ id: '208:2', startedAt: null, endedAt: null, messages: [aMessage({ sentAt: null })] }));
    const times = pipedrive.notes.list().map(({ add_time: time }) => time);
    expect(times).toEqual(['2026-05-04 08:15:00', '2026-05-04 09:00:00']);
  });

  test('that was deleted, but is still returned, is created again', async () => {
    const id = await write(aConversation());
    Object.assign(declared(pipedrive.notes.get(Number(id))), { active_flag: false });
    const again = await update(aConversation({ rating: { score: 5, comment: null } }), id);
    expect(again).not.toBe(id);
    expect(pipedrive.notes.size).toBe(2);
    expect(await find(aConversation())).toBe(again);
  });
});

describe('a long chat', () => {
  test('is measured in bytes, and continued a second later', async () => {
    await write(long(3));
    expect(words()).toEqual(['word-0', 'word-1', 'word-2']);
    const times = pipedrive.notes.list().map(({ add_time: time }) => time.slice(-2));
    expect(times).toEqual(['00', '01', '02']);
  });

  test('gains and loses notes with its parts', async () => {
    const first = await write(long(1));
    const three = await update(long(3), first);
    expect(three.split(',')[0]).toBe(first);
    expect(await update(long(2), three)).toBe(three.split(',').slice(0, 2).join());
    expect(words()).toEqual(['word-0', 'word-1']);
  });

  test('that fails between two parts has an unknown outcome, and is completed', async () => {
    pipedrive.inject({ on: ({ text }) => text.includes('part 2 of 3'), how: { status: 429 } });
    await expect(write(long(3))).rejects.toMatchObject({ outcomeUnknown: true, status: 429 });
    await update(long(3), declared(await find(long(3))));
    expect(words()).toEqual(['word-0', 'word-1', 'word-2']);
  });

  test('with a lost middle part is found with its gap', async () => {
    const [first = '', second = '', third = ''] = (await write(long(3))).split(',');
    pipedrive.notes.delete(Number(second));
    expect(await find(long(3))).toBe(`${first},,${third}`);
  });
});

test('an earlier note is looked up in all pages, from the day of the chat on', async () => {
  for (let count = 0; count < 60; count += 1) {
    pipedrive.notes.add({ content: 'old', person_id: Number(personId), add_time: '2020-01-01 00:00:00' });
  }
  const id = await write(aConversation());
  for (let count = 0; count < 60; count += 1) pipedrive.notes.add({ content: 'new', person_id: Number(personId) });
  const before = pipedrive.requests.length;
  expect(await find(aConversation())).toBe(id);
  expect(pipedrive.requests.length - before).toBe(2);
});

test('an earlier task is looked up in all pages', async () => {
  const { create, find: findTask } = declared(adapter.followUps);
  const request = { ...anEntry(aConversation(), personId), followUp: aFollowUp() };
  const id = await one(create, request);
  for (let count = 0; count < 60; count += 1) {
    const participants = [{ person_id: Number(personId), primary: true }];
    pipedrive.activities.add({ subject: 'Lunch', type: 'lunch', participants });
  }
  expect(await findTask(request)).toBe(id);
});
