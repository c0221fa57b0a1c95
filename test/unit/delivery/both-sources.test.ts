import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createReadOtherSource, forgetOtherSource } from '../../../cli/lib/person/other-source.ts';
import { readConversation } from '../../../lambda/smartsupp/body.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { apiId, aTalk, hookId, hookOf, snapshotOf, type Talk } from '../../fixtures/told-by-both.ts';
import { configOf } from '../../integration/cli/support/persons.ts';
import { died, dyingAfter, interposed } from '../../integration/store/dying-table.ts';
import { createDynamoDb, simulatedTable } from '../../simulation/dynamodb.ts';
import { type Copy, retention, saveCopyOn } from '../../support/save-copy.ts';

const config = configOf({ api: { accountId: '208' } });
const save = (table: Table, copy: Copy) => saveCopyOn(table, { hasApi: true })(copy);

function createStage() {
  const dynamo = createDynamoDb({ now: () => 0, lagMs: () => 0 });
  const table = simulatedTable(dynamo, async (_what, effect) => effect());
  const items = () => [...dynamo.items.values()];
  return {
    table,
    items,
    save: (body: string, receivedAt = new Date('2026-05-04T09:00:00Z')) => save(table, { body, receivedAt }),
    chats: () =>
      items()
        .filter(({ sk, joinedTo, revision }) => sk === 'CHAT' && joinedTo === undefined && revision !== '~')
        .map(({ conversationId }) => String(conversationId)),
    /** What is delivered of a chat. */
    told: async (id: string) => {
      const stored = await createConversations(table, retention).load(id);
      if (typeof stored !== 'object') return undefined;
      const conversation = readConversation(await stored.readBody());
      return conversation && { ...conversation, rating: stored.rating };
    },
  };
}

const talk = aTalk();
const shorter = (lines: number, rating: number | null = null): Talk => ({
  ...talk,
  rating,
  lines: talk.lines.slice(0, lines),
});

describe('a chat of which both sources tell', () => {
  test.each([
    ['the hook comes first', [hookOf(talk), snapshotOf(talk)], hookId(talk)],
    ['the API comes first', [snapshotOf(talk), hookOf(talk)], apiId(talk)],
    ['both come again', [hookOf(talk), snapshotOf(talk), hookOf(talk), snapshotOf(talk)], hookId(talk)],
  ])('is one, whose id stays, if %s', async (_what, bodies, id) => {
    const { save, chats, told } = createStage();
    for (const body of bodies) await save(body);
    expect(chats()).toEqual([id]);
    for (const either of [hookId(talk), apiId(talk)]) {
      expect(await told(either)).toMatchObject({
        id,
        tags: ['VIP'],
        groupId: 'grSales',
        pages: [{ url: 'https://shop.example/bikes' }],
        visitor: { email: talk.email, language: 'cs', consent: true, variables: [{ key: 'plan', value: 'pro' }] },
        messages: [
          { speaker: 'visitor', text: 'Do you have the blue one in size L?' },
          { agentId: '3', text: 'We do, on the second floor.', files: [{ name: 'label.pdf' }] },
        ],
      });
    }
  });

  test('stays one if it is opened again, whichever source tells of it', async () => {
    const { save, chats, told } = createStage();
    await save(snapshotOf(shorter(1)));
    await save(hookOf(shorter(1)));
    await save(hookOf(talk));
    expect((await told(apiId(talk)))?.messages).toHaveLength(2);
    await save(snapshotOf({ ...talk, lines: [...talk.lines, { by: 'visitor', text: 'Thank you!', after: 90_000 }] }));
    expect((await told(hookId(talk)))?.messages).toHaveLength(3);
    expect(chats()).toEqual([apiId(talk)]);
  });

  test('has the later rating, whichever source tells of it', async () => {
    const { save, told } = createStage();
    await save(hookOf(shorter(2, 5)), new Date('2026-05-04T09:00:00Z'));
    await save(snapshotOf(shorter(2, 1)), new Date('2026-05-04T10:00:00Z'));
    await save(hookOf(shorter(0, 3)), new Date('2026-05-04T09:30:00Z'));
    expect(await told(hookId(talk))).toMatchObject({ rating: { score: 1, comment: 'from the API: 1' } });
  });

  test('is one even if the first that comes is a rating without words', async () => {
    const { save, chats, told } = createStage();
    await save(hookOf(shorter(0, 1)));
    await save(snapshotOf(talk));
    expect(chats()).toEqual([hookId(talk)]);
    expect(await told(hookId(talk))).toMatchObject({ rating: { score: 1 }, messages: [{}, {}] });
  });

  test('that was erased stays erased, and leaves nothing to recognise it by', async () => {
    const { table, save, items } = createStage();
    await save(hookOf(talk));
    await save(snapshotOf(talk));
    const { begin, end } = createErasure(table, () => new Date('2026-05-05T08:00:00Z'));
    await begin(hookId(talk), 'email#eva@example.com');
    await end(hookId(talk));
    for (const body of [hookOf(talk), snapshotOf({ ...talk, rating: 1 })]) {
      expect(await save(body)).toMatchObject({ kind: 'superseded' });
    }
    const left = items().map(({ pk, sk, ...attributes }) => [pk, sk, Object.keys(attributes).toSorted()]);
    expect(left.filter(([pk]) => !String(pk).startsWith('BEGIN#'))).toEqual([
      ['CHAT#208#55039', 'CHAT', ['conversationId', 'erasedAt', 'expiresAt', 'revision']],
      ['CHAT#208#co55039', 'CHAT', ['expiresAt', 'joinedTo']],
    ]);
  });
});

test('a chat from when only the hook told of any is not brought a second time', async () => {
  const { table, save, chats, told } = createStage();
  const alone = saveCopyOn(table, { hasApi: false });
  const byName = aTalk({ number: 55041, name: 'Jana Veselá', email: null });
  const other = aTalk({ number: 55042, email: 'adam@example.com' });
  for (const each of [talk, byName, other]) {
    await alone({ body: hookOf(each), receivedAt: new Date(each.startedAt + 601_000) });
  }
  for (const each of [talk, byName]) await save(snapshotOf(each), new Date('2026-08-01T08:00:00Z'));
  expect(chats().toSorted()).toEqual([talk, byName, other].map(hookId).toSorted());
  expect(await told(apiId(byName))).toMatchObject({ id: hookId(byName), tags: ['VIP'] });
});

describe('two chats stay two', () => {
  const other = aTalk({ number: 55040, name: 'Adam Malý', email: 'adam@example.com' });
  test('of two people who write the same at once', async () => {
    const { save, chats } = createStage();
    for (const body of [hookOf(talk), snapshotOf(other), snapshotOf(talk), hookOf(other)]) await save(body);
    expect(chats().toSorted()).toEqual([hookId(talk), apiId(other)].toSorted());
  });

  test('of one person who wrote the same twice at once: each chat of the one source takes one of the other', async () => {
    const { save, chats, told } = createStage();
    const again = { ...talk, number: 55041 };
    await save(hookOf(talk));
    await save(snapshotOf(talk));
    await save(snapshotOf(again));
    expect(chats().toSorted()).toEqual([hookId(talk), apiId(again)].toSorted());
    expect(await told(apiId(again))).toMatchObject({ id: apiId(again), messages: [{}, {}] });
  });
});

/** At which of its calls to the table a process dies, or none. Its message then comes back. */
const death = fc.option(fc.nat(12));
const arrival = fc.record({
  source: fc.constantFrom('hook' as const, 'api' as const),
  lines: fc.integer({ min: 1, max: 2 }),
  rating: fc.constantFrom(null, null, 1, 5),
  minute: fc.nat(9),
  deaths: fc.array(death, { minLength: 1, maxLength: 2 }),
});
type Arrival = typeof arrival extends fc.Arbitrary<infer Value> ? Value : never;
const arrivals = fc
  .array(arrival, { minLength: 2, maxLength: 4 })
  .filter((all) => new Set(all.map(({ source }) => source)).size === 2);

const copyOf = ({ source, lines, rating, minute }: Arrival): Copy => ({
  body: (source === 'hook' ? hookOf : snapshotOf)(shorter(lines, rating)),
  receivedAt: new Date(Date.UTC(2026, 4, 4, 9, minute)),
});

async function untilItLives(at: number | null, table: Table, work: (table: Table) => Promise<unknown>): Promise<void> {
  try {
    await work(at === null ? table : dyingAfter(table, at));
  } catch (error) {
    expect(error).toBe(died);
    await work(table);
  }
}

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 100);

test('copies of both sources make the same one chat, in whatever order they come, and whichever process dies', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.scheduler(), async (all, scheduler) => {
      const stage = createStage();
      const table = interposed(stage.table, (call) => scheduler.schedule(Promise.resolve(), call));
      const copies = all.flatMap((each) => each.deaths.map((dies) => ({ copy: copyOf(each), dies })));
      await scheduler.waitFor(
        Promise.all(copies.map(({ copy, dies }) => untilItLives(dies, table, (its) => save(its, copy)))),
      );

      const inTurn = createStage();
      for (const each of all) await inTurn.save(copyOf(each).body, copyOf(each).receivedAt);
      const [id = '', ...more] = stage.chats();
      expect(more).toEqual([]);
      // Whichever came first gave its id.
      const { id: _, channelId: __, visitor, ...content } = Object((await stage.told(id)) ?? {});
      const [expectedId = ''] = inTurn.chats();
      expect(await inTurn.told(expectedId)).toMatchObject(content);
      expect({ ...Object(await inTurn.told(expectedId)).visitor, id: visitor.id }).toEqual(visitor);
    }),
    { numRuns },
  );
});

test('a chat that is erased at any moment leaves nothing, whichever process dies', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.scheduler(), death, async (all, scheduler, erasureDies) => {
      const stage = createStage();
      // Both have told of it.
      for (const each of all) await stage.save(copyOf(each).body);
      const [id = ''] = stage.chats();
      const table = interposed(stage.table, (call) => scheduler.schedule(Promise.resolve(), call));
      const copies = all.flatMap((each) => each.deaths.map((dies) => ({ copy: copyOf(each), dies })));
      const erase = untilItLives(erasureDies, table, async (its) => {
        const { begin, end } = createErasure(its, () => new Date('2026-05-05T08:00:00Z'));
        await begin(id, 'email#eva@example.com');
        await end(id);
      });
      const saves = copies.map(({ copy, dies }) => untilItLives(dies, table, (its) => save(its, copy)));
      await scheduler.waitFor(Promise.all([erase, ...saves]));
      expect(stage.chats()).toEqual([]);
      expect(stage.items().filter(({ body, bodyId }) => body !== undefined || bodyId !== undefined)).toEqual([]);
    }),
    { numRuns },
  );
});

test('a copy that was under way while its chat was erased leaves nothing to recognise the chat by', async () => {
  const copies = fc
    .array(arrival, { minLength: 2, maxLength: 3 })
    .map((all) => all.map((each) => ({ ...each, source: 'hook' as const })));
  await fc.assert(
    fc.asyncProperty(copies, fc.scheduler(), async (all, scheduler) => {
      const stage = createStage();
      const table = interposed(stage.table, (call) => scheduler.schedule(Promise.resolve(), call));
      const [first, ...others] = all.flatMap((each) =>
        each.deaths.map((dies) => untilItLives(dies, table, (its) => save(its, copyOf(each)))),
      );
      const id = hookId(talk);
      const erased = first?.then(async () => {
        const { begin, end } = createErasure(table, () => new Date('2026-05-05T08:00:00Z'));
        await begin(id, 'email#eva@example.com');
        const body = hookOf(talk);
        const other = await createReadOtherSource({ table, config: () => config })({ conversationId: id, body });
        await forgetOtherSource({ table }, { ...other, conversationId: id }, new Date('2026-05-05T08:00:00Z'));
        await end(id);
      });
      await scheduler.waitFor(Promise.all([erased, ...others]));
      expect(stage.items().map(({ pk, sk }) => `${pk} ${sk}`)).toEqual(['CHAT#208#55039 CHAT']);
    }),
    { numRuns },
  );
});
