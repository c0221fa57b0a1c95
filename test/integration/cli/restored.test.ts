import { setImmediate as whileOthersRun } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { erasePerson } from '../../../cli/commands/erase/erase-person.ts';
import { tellRestored } from '../../../cli/commands/restored.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { referTo } from '../../../lambda/queue/envelope.ts';
import { createListDue } from '../../../lambda/store/backlog.ts';
import { createDelivery } from '../../support/delivery.ts';
import { lanes, type TestDatabase } from '../../support/dynamodb.ts';
import { allItems } from '../../support/items.ts';
import { createMemoryCrm, removed } from '../../support/memory-crm.ts';
import type { ProbedTable } from '../../support/probed-table.ts';
import { type Chat, findByEmail, messageOf } from './support/persons.ts';

jest.setTimeout(90_000);

describe.each(lanes())('a table that was restored, on $lane', ({ start }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await start();
  });
  afterAll(() => database.close());

  let clock = new Date('2026-05-04T08:00:00Z');
  const now = () => clock;
  const pass = (minutes: number) => {
    clock = new Date(clock.getTime() + minutes * 60_000);
  };

  const crm = createMemoryCrm();
  /** The CRM's chats, each as often as it has a note. */
  const notes = () =>
    crm.notes.filter((note) => note !== removed).map(({ conversationId }) => conversationId.replace('208:', ''));
  const chat = (channel: number, person?: string): Chat => ({
    channel,
    visitor: `vi-${person ?? channel}`,
    ...(person === undefined ? {} : { email: `${person}@example.com` }),
  });
  const message = (...of: Parameters<typeof chat>) => messageOf(chat(...of), now());
  const deliveryOn = (table: ProbedTable) => createDelivery({ table, now, crms: { crm } });

  /** Brings what is due, as the sweep does. */
  async function sweep(table: ProbedTable) {
    const delivery = deliveryOn(table);
    for (const { conversationId, destination } of await createListDue(table, delivery.ledger, now)('crm', now(), 100))
      await delivery.deliver(referTo(conversationId, [destination]));
  }
  const eraseFrom = async (table: ProbedTable, erasures: ProbedTable, email: string) =>
    erasePerson(await findByEmail(table, email), {
      deployment: { table, erasures },
      adapterOf: async () => crm.adapter,
      now,
      tellLeft: () => {},
      signal: new AbortController().signal,
    });
  /** What point-in-time recovery does. */
  async function copied(from: ProbedTable): Promise<ProbedTable> {
    const to = await database.newTable();
    for (const item of await allItems(from)) await to.put({ pk: '', sk: '', ...item } as Parameters<typeof to.put>[0]);
    return to;
  }

  test('writes no note twice, and what was erased stays erased', async () => {
    const [lost, erasures] = [await database.newTable(), await database.newTable()];
    const { deliver } = deliveryOn(lost);
    for (const [channel, person] of [
      [1, 'adam'],
      [5, 'eva'],
    ] as const)
      await deliver(await message(channel, person));
    // Nobody knows who that is, at the second look either.
    await deliver(await message(4));
    pass(1);
    await sweep(lost);
    crm.disturb(() => {
      throw new CrmError('busy', { kind: 'retryable' });
    });
    await deliver(await message(2, 'jana'));
    crm.disturb(() => {});

    // One is being delivered at the very time to which the table is restored.
    const called = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const slow = {
      ...crm.adapter,
      logConversations: {
        ...crm.adapter.logConversations,
        run: async (entries: Parameters<typeof crm.adapter.logConversations.run>[0]) => {
          called.resolve();
          await goOn.promise;
          return crm.adapter.logConversations.run(entries);
        },
      },
    };
    const underWay = createDelivery({ table: lost, now, crms: { crm: { adapter: slow } } }).deliver(
      await message(3, 'petr'),
    );
    await called.promise;
    const to = now();
    const table = await copied(lost);
    goOn.resolve();
    await underWay;

    // What happens until the table is lost.
    pass(20);
    await sweep(lost);
    await deliver(await message(6, 'karel'));
    await deliver(await message(8, 'ida'));
    // The visitor of chat 4 is known now.
    await deliver(await messageOf({ ...chat(7, 'ota'), visitor: 'vi-4' }, now()));
    pass(1);
    await sweep(lost);
    for (const person of ['eva', 'ida']) await eraseFrom(lost, erasures, `${person}@example.com`);
    expect(notes().toSorted()).toEqual(['1', '2', '3', '4', '6', '7']);
    expect(JSON.stringify(await allItems(erasures))).not.toMatch(/eva|ida|vi-/);

    pass(60);
    const dependencies = { table, erasures, retentionDays: 30, now };
    const told = await tellRestored(to, dependencies);
    expect(told).toMatchObject({ inDoubt: 4, erasedChats: 2 });
    // It may have died in between.
    expect(await tellRestored(to, dependencies)).toMatchObject({ inDoubt: 0, erasedChats: 2 });

    // What comes again, and something new.
    const restored = deliveryOn(table);
    await sweep(table);
    for (const [channel, person] of [
      [1, 'adam'],
      [5, 'eva'],
      [6, 'karel'],
      [8, 'ida'],
      [9, 'nina'],
    ] as const)
      await restored.deliver(await message(channel, person));
    await restored.deliver(await messageOf({ ...chat(7, 'ota'), visitor: 'vi-4' }, now()));
    for (let round = 0; round < 5; round += 1) {
      pass(5);
      await sweep(table);
      await whileOthersRun();
    }
    expect(notes().toSorted()).toEqual(['1', '2', '3', '4', '6', '7', '9']);
    const items = JSON.stringify(await allItems(table));
    expect(items).not.toMatch(/eva@|ida@|vi-eva|vi-ida/);
    expect(items).not.toMatch(/"state":"(parked|pending)"/);
  });
});
