import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { createReconcile, type ReconcileDependencies } from '../../../lambda/reconcile/reconcile.ts';
import { createSmartsuppApi } from '../../../lambda/smartsupp/api-client.ts';
import { type FetchRequest, stateOf } from '../../../lambda/smartsupp/fetch-request.ts';
import { createFetchedStates, createReadFetchedStates, createWatermarks } from '../../../lambda/store/api-progress.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { type FakeSmartsupp, startFakeSmartsupp } from '../../support/fake-smartsupp.ts';

const token = 'a-token-of-the-fake';
const minuteMs = 60_000;
let running: TestTable;
let fake: FakeSmartsupp;
let clock: Date;
let account = 0;
/** What is on the fetch queue. */
let queue: FetchRequest[];
let slept: number[];
let lines: string[];
beforeAll(async () => {
  running = await startTable();
  fake = await startFakeSmartsupp({ token });
});
afterAll(async () => {
  await running.close();
  await fake.close();
});
beforeEach(() => {
  clock = new Date('2026-11-30T10:00:00Z');
  account += 1;
  queue = [];
  slept = [];
  lines = [];
  for (const { conversation } of fake.all()) fake.remove(conversation.id);
});

const now = () => clock;
const pass = (minutes: number) => {
  clock = new Date(clock.getTime() + minutes * minuteMs);
};
const minutesAgo = (minutes: number) => new Date(clock.getTime() - minutes * minuteMs).toISOString();

function put(id: string, endedAt: string, parts: Readonly<Record<string, unknown>> = {}): void {
  const created = new Date(Date.parse(endedAt) - 5 * minuteMs).toISOString();
  const times = { created_at: created, finished_at: endedAt, updated_at: endedAt };
  fake.put({ conversation: { id, status: 'closed', ...times, ...parts }, messages: [] });
}

function run(parts: Partial<ReconcileDependencies> = {}, minutes = 1) {
  const http = createHttpClient({ now: () => new Date() });
  const accountId = String(account);
  const reconcile = createReconcile({
    accountId,
    search: createSmartsuppApi({ http, url: fake.url, token: async () => token }).search,
    fetched: createReadFetchedStates(running.table),
    watermarks: createWatermarks(running.table, accountId),
    requestFetches: async (requests) => void queue.push(...requests),
    log: { info: () => {}, warn: (line) => void lines.push(line), error: () => {} },
    metrics: { count: () => {}, flush: () => {} },
    now,
    sleep: async (milliseconds) => void slept.push(milliseconds),
    ...parts,
  });
  return reconcile(new Date(clock.getTime() + minutes * minuteMs)).finally(() => http.close());
}

/** What fetch does with the queue. */
async function fetchAll(): Promise<void> {
  const { record } = createFetchedStates(running.table, { retentionDays: 30, now });
  for (const request of queue.splice(0)) {
    if (!('conversationId' in request)) throw new Error('reconcile asks for conversations');
    const { accountId, conversationId } = request;
    await record(`${accountId}:${conversationId}`, stateOf(fake.chat(conversationId)?.conversation ?? {}));
  }
}

const asked = () => queue.map((request) => ('conversationId' in request ? request.conversationId : ''));
const reconciledUntil = async () => (await createWatermarks(running.table, String(account)).read())?.reachedAt;

describe('a conversation that has ended', () => {
  test('and is not here is asked for, once it is fetched no more', async () => {
    put('coLost', minutesAgo(10));
    await run();
    expect(queue).toEqual([
      { version: 1, accountId: String(account), conversationId: 'coLost', why: 'reconcile', seen: expect.anything() },
    ]);
    await fetchAll();
    pass(15);
    await run();
    expect(queue).toEqual([]);
    expect(await reconciledUntil()).toEqual(clock.toISOString());
  });

  test('is asked for again if it is newer there: it went on, or was rated', async () => {
    put('coGoesOn', minutesAgo(10));
    put('coRated', minutesAgo(10));
    put('coSame', minutesAgo(10));
    await run();
    await fetchAll();
    pass(15);
    put('coGoesOn', minutesAgo(2));
    put('coRated', minutesAgo(25), { rating_value: 1 });
    await run();
    expect(asked().toSorted()).toEqual(['coGoesOn', 'coRated']);
  });

  test('and goes on is left alone until its next end', async () => {
    put('coOpen', minutesAgo(10), { status: 'open' });
    await run();
    expect(queue).toEqual([]);
  });

  test('is found without any time of a change, and with an unknown status, and not asked for in vain', async () => {
    put('coBare', minutesAgo(10), { updated_at: undefined, status: 'archived' });
    await run();
    expect(asked()).toEqual(['coBare']);
    await fetchAll();
    await run();
    expect(queue).toEqual([]);
  });

  test('is found a day later if it is shown late only then', async () => {
    await run();
    put('coLate', minutesAgo(5 * 60));
    pass(15);
    await run();
    expect(queue).toEqual([]);
    pass(24 * 60);
    await run();
    expect(asked()).toEqual(['coLate']);
  });
});

describe('a run', () => {
  const many = (count: number) => {
    for (let at = 0; at < count; at += 1) put(`co${at}`, new Date(clock.getTime() - (at + 1) * 5000).toISOString());
  };

  test('that is stopped is gone on with, and nothing is left out or said to be reached', async () => {
    await run();
    const before = await reconciledUntil();
    pass(60);
    many(700);
    await run({}, 0);
    expect(queue).toHaveLength(200);
    expect(await reconciledUntil()).toEqual(before);
    for (let runs = 0; runs < 4; runs += 1) await run({}, 0);
    expect(new Set(asked()).size).toBe(700);
    expect(await reconciledUntil()).not.toEqual(before);
  });

  test('that dies before its end is made again from its beginning', async () => {
    many(300);
    const dying = async (requests: readonly FetchRequest[]) => {
      if (queue.length > 0) throw new Error('the process dies');
      queue.push(...requests);
    };
    await expect(run({ requestFetches: dying })).rejects.toThrow('the process dies');
    expect(await reconciledUntil()).toBeUndefined();
    await run();
    expect(new Set(asked()).size).toBe(300);
  });

  test('waits for a moment if Smartsupp is busy, and leaves a longer pause to the next', async () => {
    put('coLost', minutesAgo(10));
    fake.inject({ status: 429, headers: { 'retry-after': '3' } });
    fake.inject({ status: 502 });
    await run();
    expect(slept).toEqual([3000, 1000]);
    expect(asked()).toEqual(['coLost']);

    queue = [];
    fake.inject({ status: 429, headers: { 'retry-after': '600' } });
    pass(15);
    await run();
    expect([asked(), lines]).toEqual([[], ['not reconciled yet']]);
    pass(15);
    await run();
    expect(asked()).toEqual(['coLost']);
  });

  test('with a token that is refused says so, and reaches nothing', async () => {
    await run();
    const before = await reconciledUntil();
    fake.inject({ status: 401 });
    pass(15);
    await run();
    expect(lines).toEqual(['token refused']);
    expect(await reconciledUntil()).toEqual(before);
  });

  test('asks for smaller pages if large ones are refused', async () => {
    many(120);
    fake.inject({ status: 422, body: { code: 'invalid', message: 'size must be at most 100' } });
    const { calls } = await run();
    expect([asked().length, calls]).toEqual([120, 4]);
  });
});
