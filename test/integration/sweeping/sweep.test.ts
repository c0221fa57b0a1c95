import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chatKey, waitingKey } from '../../../lambda/store/keys.ts';
import type { Key } from '../../../lambda/store/table.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { allItems } from '../../support/items.ts';
import { createSystem } from './system.ts';

let running: TestTable;
let system: ReturnType<typeof createSystem>;
beforeEach(async () => {
  running = await startTable();
  system = createSystem(running.table);
});
afterEach(() => running.close());

const chat = (id: number, words = 'Hello') =>
  JSON.stringify(aHookBody({ channel: { id }, messages: [{ type: 'visitor', content: words }] }));
const remove = (key: Key) => running.table.delete(key);
const nothing = { waiting: 0, overdue: 0, orphaned: 0 };
const atRest = { ParkedNow: 0, PendingNow: 0, OldestPendingSeconds: 0 };

test('where nothing waits and nothing is overdue, nothing is done or said', async () => {
  expect(await system.sweep()).toEqual(nothing);
  expect([system.queue, system.lines]).toEqual([[], []]);
  expect(system.measured()).toEqual(atRest);
});

describe('a hook that was kept while the queue was away', () => {
  test('is put on the queue, delivered, and waits no more', async () => {
    const { keepWaiting, sweep, deliverAll, queue, notes, now } = system;
    await keepWaiting(chat(1), now());
    await keepWaiting(chat(2, randomBytes(3_000_000).toString('hex')), now());
    expect(await sweep()).toEqual({ ...nothing, waiting: 2 });
    expect(queue).toHaveLength(2);
    await deliverAll();
    expect(notes.toSorted()).toEqual(['208:1', '208:2']);
    expect((await allItems(running.table)).filter(({ pk }) => String(pk).startsWith('WAITING'))).toEqual([]);
    expect(await sweep()).toEqual(nothing);
  });

  test('stays where it is as long as the queue is away', async () => {
    const { keepWaiting, sweep, trouble, queue, now } = system;
    await keepWaiting(chat(1), now());
    trouble.queueIsAway = true;
    await expect(sweep()).rejects.toThrow('the queue is away');
    expect(system.measured()).toEqual(atRest);
    trouble.queueIsAway = false;
    await sweep();
    expect(queue).toHaveLength(1);
  });

  test('whose sweep died when it was on the queue is put there twice, and still one note', async () => {
    const { keepWaiting, sweep, waiting, deliverAll, queue, notes, now } = system;
    await keepWaiting(chat(1), now());
    const dying = async (limit: number) =>
      (await waiting(limit)).map((hook) => ({ ...hook, remove: () => Promise.reject(new Error('killed')) }));
    await expect(sweep({ waiting: dying })).rejects.toThrow('killed');
    await sweep();
    expect(queue).toHaveLength(2);
    await deliverAll();
    expect(notes).toEqual(['208:1']);
    expect(await sweep()).toEqual(nothing);
  });

  test('holds no other back when it cannot be read, and is told without a word of it', async () => {
    const { keepWaiting, sweep, queue, lines, now } = system;
    await keepWaiting(chat(1), now());
    const [broken] = await allItems(running.table);
    const id = String(broken?.['pk']);
    await remove({ pk: id, sk: 'BODY#000' });
    await keepWaiting(chat(2), now());
    await sweep();
    expect(queue).toHaveLength(1);
    expect(lines[0]).toEqual({
      message: 'what should be put back on the queue cannot be read',
      waitingId: id,
      error: 'Error',
    });
    expect(id).toContain(waitingKey('').pk);
  });
});

describe('a delivery whose message is lost', () => {
  /** Attempted once, and to be tried again in five seconds by a message that never comes. */
  const lose = async (id: number) => {
    system.trouble.crmIsAway = true;
    await system.enqueue(chat(id), system.now());
    await system.deliverAll();
    system.trouble.crmIsAway = false;
  };

  test('is left alone for an hour, and then put on the queue', async () => {
    await lose(1);
    system.pass(60);
    expect(await system.sweep()).toEqual(nothing);
    system.pass(1);
    expect(await system.sweep()).toEqual({ ...nothing, overdue: 1 });
    await system.deliverAll();
    expect(system.notes).toEqual(['208:1']);
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered', attempts: 2 });
    system.pass(120);
    expect(await system.sweep()).toEqual(nothing);
  });

  test('is put there once an hour, however often the sweep comes', async () => {
    await lose(1);
    system.pass(61);
    for (let runs = 0; runs < 12; runs += 1) {
      await system.sweep();
      system.pass(5);
    }
    expect(system.queue).toHaveLength(1);
    system.pass(1);
    await system.sweep();
    expect(system.queue).toHaveLength(2);
    await system.deliverAll();
    expect(system.notes).toEqual(['208:1']);
  });

  test('is forgotten, and holds no other back, when its conversation is gone', async () => {
    await lose(1);
    system.pass(1);
    await lose(2);
    await remove(chatKey('208:1'));
    system.pass(61);
    expect(await system.sweep()).toEqual({ ...nothing, overdue: 2 });
    expect(system.queue).toHaveLength(1);
    system.pass(61);
    await system.deliverAll();
    expect(await system.sweep()).toEqual(nothing);
    expect(system.measured()).toEqual(atRest);
  });
});

test('a delivery is put on the queue for its own destination, and no other gets the chat by that', async () => {
  system.trouble.crmIsAway = true;
  await system.enqueue(chat(1), system.now(), ['crm']);
  await system.deliverAll();
  system.pass(61);
  await system.sweep({ destinations: ['crm', 'new'] });
  expect(system.queue.map((message) => JSON.parse(message).destinations)).toEqual([['crm']]);
});

describe('a delivery to a destination that is not configured any more', () => {
  /** The destination was taken out while its chat was to be tried again. */
  const orphan = async () => {
    system.trouble.crmIsAway = true;
    await system.enqueue(chat(1), system.now());
    await system.deliverAll();
    system.trouble.crmIsAway = false;
    system.pass(61);
  };
  const others = { destinations: ['other'] };

  test('is parked, once, with what to do, and no alarm goes by it', async () => {
    await orphan();
    expect(await system.sweep(others)).toEqual({ ...nothing, orphaned: 1 });
    expect(system.queue).toEqual([]);
    expect(system.measured()).toEqual({ ...atRest, SweptWaiting: 0, SweptOverdue: 0 });
    expect(await system.stateOf('208:1')).toMatchObject({
      state: 'parked',
      reason: 'Its destination is not configured any more. Put it back and run npx forwarder replay --destination crm.',
    });
    expect(await system.sweep(others)).toEqual(nothing);
  });

  test('is replayed when that is back, and arrives once', async () => {
    await orphan();
    await system.sweep(others);
    const parked = await system.stateOf('208:1');
    if (parked === undefined) throw new Error('it is gone');
    expect(await system.replay('208:1', [parked])).toEqual({ sent: ['crm'], left: [] });
    await system.deliverAll();
    expect(system.notes).toEqual(['208:1']);
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  test('is none of those that are measured, parked or on its way', async () => {
    await orphan();
    expect((await system.sweep({ overdue: async () => [], ...others })).orphaned).toBe(0);
    expect(system.measured()).toEqual(atRest);
    await system.sweep(others);
    await system.sweep();
    expect(system.measured()).toMatchObject({ ParkedNow: 1 });
  });
});

test('each run measures what is on its way, since when, and what is parked', async () => {
  const { trouble, enqueue, deliverAll, pass, now } = system;
  trouble.crmIsAway = true;
  await enqueue(chat(1), now());
  await deliverAll();
  pass(30);
  await enqueue(chat(2), now());
  await deliverAll();
  pass(31);
  await system.sweep();
  expect(system.measured()).toEqual({
    ParkedNow: 0,
    PendingNow: 2,
    OldestPendingSeconds: 61 * 60,
    SweptWaiting: 0,
    SweptOverdue: 1,
  });
  pass(24 * 60);
  await enqueue(chat(1), now());
  await deliverAll();
  await system.sweep();
  expect(system.measured()).toMatchObject({ ParkedNow: 1, PendingNow: 1 });
});
