import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { createSmartsuppApi } from '../../../lambda/smartsupp/api-client.ts';
import { readFetchRequest, writeFetchRequest } from '../../../lambda/smartsupp/fetch-request.ts';
import { type FakeSmartsupp, startFakeSmartsupp } from '../../support/fake-smartsupp.ts';

const token = 'a-token-of-the-fake';
const http = createHttpClient({ now: () => new Date() });
let fake: FakeSmartsupp;

beforeAll(async () => {
  fake = await startFakeSmartsupp({ token });
});
afterAll(async () => {
  http.close();
  await fake.close();
});

const api = (given = token) => createSmartsuppApi({ http, url: fake.url, token: async () => given });

const minute = (at: number) => new Date(Date.UTC(2026, 10, 30, 10, at)).toISOString();
const messages = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `ms${at}`, sub_type: 'contact', created_at: minute(at) }));
const chat = (id: string, count = 0) => ({
  conversation: { id, created_at: minute(0), finished_at: minute(count) },
  messages: messages(count),
});

describe('the messages', () => {
  test('of all pages come oldest first', async () => {
    fake.put(chat('coLong', 450));
    const read = await api().messages('coLong');
    expect(read).toEqual({ messages: messages(450), isComplete: true });
  });

  test('are complete if more come while they are read', async () => {
    fake.put(chat('coGrowing', 450));
    let grown = false;
    fake.beforeEach(({ path, query }) => {
      if (grown || !path.includes('coGrowing') || !query.has('after')) return;
      grown = true;
      fake.put(chat('coGrowing', 453));
    });
    expect(await api().messages('coGrowing')).toEqual({ messages: messages(453), isComplete: true });
  });
});

describe('a record', () => {
  test('that Smartsupp does not know is undefined', async () => {
    expect(await api().contact('ctNone')).toBeUndefined();
    expect(await api().visitor('viNone')).toBeUndefined();
    await expect(api().conversation('coNone')).rejects.toMatchObject({ status: 404, fault: { kind: 'permanent' } });
  });

  test('that may not be read throws what to do', async () => {
    fake.put(chat('co1'));
    await expect(api('wrong').conversation('co1')).rejects.toMatchObject({
      fault: { kind: 'credentials' },
      message: expect.stringContaining('Store a valid token: npx forwarder secret api.'),
    });
    fake.inject({ status: 429, headers: { 'retry-after': '7' } });
    await expect(api().conversation('co1')).rejects.toMatchObject({
      fault: { kind: 'retryable', retryAfterMs: 7000 },
    });
  });
});

test('a search finds what ended in a span of time, page by page', async () => {
  for (let at = 1; at <= 5; at += 1) {
    const id = `coSearch${at}`;
    fake.put({
      conversation: { id, created_at: minute(at), finished_at: `2026-12-01T10:0${at}:00.000Z` },
      messages: [],
    });
  }
  const query = {
    finishedFrom: new Date('2026-12-01T10:02:00.000Z'),
    finishedTo: new Date('2026-12-01T10:04:00.000Z'),
    size: 2,
  };
  const first = await api().search(query);
  expect(first).toMatchObject({ total: 3, items: [{ id: 'coSearch2' }, { id: 'coSearch3' }] });
  const second = await api().search({ ...query, after: first.after });
  expect(second).toMatchObject({ after: undefined, items: [{ id: 'coSearch4' }] });
});

test('the agents are listed', async () => {
  fake.putAgents([{ id: '1257997', name: 'Lucie' }]);
  expect(await api().agents()).toEqual([{ id: '1257997', name: 'Lucie' }]);
});

test('a fetch request is read as it was written', () => {
  const request = { accountId: '208', conversationId: 'co1', why: 'conversation.closed' };
  expect(readFetchRequest(writeFetchRequest(request))).toEqual({ version: 1, ...request });
  for (const other of ['', 'null', '{"version":2}', '{"version":1,"accountId":208}']) {
    expect(readFetchRequest(other)).toBeUndefined();
  }
});
