import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { erasePerson } from '../../../cli/commands/erase/erase-person.ts';
import { tellRestored } from '../../../cli/commands/restored.ts';
import { createReadOtherSource } from '../../../cli/lib/person/other-source.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { apiId, aTalk, hookId, hookOf, snapshotOf, type Talk } from '../../fixtures/told-by-both.ts';
import { createDelivery } from '../../support/delivery.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { allItems } from '../../support/items.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { died, dyingAfter } from '../store/dying-table.ts';
import { configOf, findByEmail, findIn } from './support/persons.ts';

let running: TestTable;
let journal: TestTable;
beforeAll(async () => {
  [running, journal] = await Promise.all([startTable(), startTable()]);
});
afterAll(() => Promise.all([running.close(), journal.close()]));

const config = configOf({ api: { accountId: '208' } });
const clock = new Date('2026-05-04T09:00:00Z');
const now = () => clock;

/** A person of the test's own, with a chat of which both sources tell. */
async function deliverBoth(number: number) {
  const talk = aTalk({ number, email: `eva${number}@example.com`, startedAt: Date.UTC(2026, 4, 4, 8, 0, number) });
  const crm = createMemoryCrm();
  const system = createDelivery({ table: running.table, now, hasApi: true, crms: { crm } });
  const bring = async (body: string) =>
    system.deliver(await seal(body, clock, () => Promise.reject(new Error('a small chat fits the queue'))));
  for (const bodyOf of [hookOf, snapshotOf]) await bring(bodyOf(talk));
  return { talk, crm, bring };
}

const find = ({ email }: Talk) => findByEmail(running.table, email ?? '', config);

async function erase(talk: Talk, table: Table = running.table) {
  const { signal } = new AbortController();
  return erasePerson(await find(talk), {
    deployment: { table, erasures: journal.table },
    adapterOf: async () => undefined,
    now,
    tellLeft: () => {},
    signal,
  });
}

const keysOf = async ({ number }: Talk) =>
  (await allItems(running.table))
    .map(({ pk, sk }) => `${pk} ${sk}`)
    .filter((key) => key.includes(String(number)))
    .toSorted();

test('what recognises a chat is found with it, for an access request, and has no word of the person', async () => {
  const { talk } = await deliverBoth(81);
  const [chat] = (await find(talk)).chats;
  expect(chat).toMatchObject({
    conversationId: hookId(talk),
    alsoAs: [apiId(talk)],
    maybeAlsoAs: [],
    recognisedBy: [
      { conversationId: apiId(talk), source: 'api' },
      { conversationId: hookId(talk), source: 'hook' },
    ],
  });
  expect(JSON.stringify(chat?.recognisedBy)).not.toMatch(/eva|example|blue/i);
});

test.each(['208:86', '208:ct86'])(
  'a chat of both sources is found by the id %s that one of them has for its visitor',
  async (visitor) => {
    const { talk, bring } = await deliverBoth(86);
    // No address is left in this one, and only the hook has told of it.
    const later = { ...talk, number: 87, email: null, name: null, startedAt: Date.UTC(2026, 4, 5, 8) };
    await bring(hookOf(later).replace('"visitor":{"id":87', '"visitor":{"id":86'));
    const { chats, mentions } = await findIn(running.table, { visitor }, config);
    expect([chats.map(({ conversationId }) => conversationId).toSorted(), mentions]).toEqual([
      ['208:86', '208:87'],
      [],
    ]);
  },
);

test('an erased chat leaves only where copies of the other source go, and these are discarded', async () => {
  const { talk, crm, bring } = await deliverBoth(82);
  expect(await erase(talk)).toMatchObject({ chats: 1, failed: [] });
  const left = ['CHAT#208#82 CHAT', 'CHAT#208#co82 CHAT'];
  expect(await keysOf(talk)).toEqual(left);
  const notes = crm.notes.length;
  for (const bodyOf of [hookOf, snapshotOf]) await bring(bodyOf({ ...talk, rating: 1 }));
  expect(await keysOf(talk)).toEqual(left);
  expect(crm.notes).toHaveLength(notes);
});

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('an erasure that dies after %i calls is ended by the next', async (calls) => {
  const { talk } = await deliverBoth(90 + calls);
  await erase(talk, dyingAfter(running.table, calls)).catch((error: unknown) => expect(error).toBe(died));
  await erase(talk);
  expect(await keysOf(talk)).toEqual([`CHAT#208#${talk.number} CHAT`, `CHAT#208#co${talk.number} CHAT`]);
});

test('a table that is restored to before the erasure has nothing that recognises the chat either', async () => {
  const { talk } = await deliverBoth(85);
  const before = await allItems(running.table);
  await erase(talk);
  for (const item of before) await running.table.put({ pk: '', sk: '', ...item } as Parameters<Table['put']>[0]);
  expect(await keysOf(talk)).toHaveLength(6);
  await tellRestored(clock, { table: running.table, erasures: journal.table, retentionDays: 30, now });
  expect(await keysOf(talk)).toEqual(['CHAT#208#85 CHAT', 'CHAT#208#co85 CHAT']);
});

test('a chat that may be the same is named, whichever is asked for', async () => {
  const { talk, bring } = await deliverBoth(83);
  const anonymous = { ...talk, number: 84, name: null, email: null, startedAt: Date.UTC(2026, 4, 4, 7) };
  await bring(hookOf(anonymous));
  await bring(snapshotOf({ ...anonymous, skewMs: 900 }));
  const read = createReadOtherSource({ table: running.table, config: () => config });
  const of = (conversationId: string, body: string) => read({ conversationId, body });
  expect(await of(hookId(anonymous), hookOf(anonymous))).toMatchObject({ alsoAs: [], maybeAlsoAs: [apiId(anonymous)] });
  expect(await of(apiId(anonymous), snapshotOf(anonymous))).toMatchObject({ maybeAlsoAs: [hookId(anonymous)] });
});
