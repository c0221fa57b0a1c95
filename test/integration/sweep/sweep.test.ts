import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { chatKey, spoolKey } from '../../../lambda/store/keys.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { allItems } from '../../support/items.ts';
import { atRest, chat, nothing } from './chats.ts';
import { system, table } from './stage.ts';
import { createSystem } from './system.ts';

const notes = () => system.crm.notes.map(({ conversationId }) => conversationId);
const goAway = () =>
  system.crm.disturb(() => {
    throw new CrmError('busy', { kind: 'retryable' });
  });
const comeBack = () => system.crm.disturb(() => {});
/** Attempted once while the CRM is away, to be tried again in five seconds by a message that is lost. */
const lose = async (id: number) => {
  goAway();
  await system.enqueue(chat(id), system.now());
  await system.deliverVisible();
  comeBack();
  system.loseMessages();
};

test('a sweep that finds nothing to do says nothing', async () => {
  expect(await system.sweep()).toEqual(nothing);
  expect([system.messages(), system.lines]).toEqual([[], []]);
  expect(system.measured()).toMatchObject(atRest);
});

describe('a hook that was kept while the queue was away', () => {
  test('is put on the queue, delivered, and waits no more', async () => {
    const { spool, sweep, deliverVisible, messages, now } = system;
    await spool(chat(1), now());
    await spool(chat(2, randomBytes(3_000_000).toString('hex')), now());
    expect(await sweep()).toEqual({ ...nothing, spooled: 2 });
    expect(messages()).toHaveLength(2);
    await deliverVisible();
    expect(notes().toSorted()).toEqual(['208:1', '208:2']);
    expect((await allItems(table)).filter(({ pk }) => String(pk).startsWith('SPOOL'))).toEqual([]);
    expect(await sweep()).toEqual(nothing);
  });

  test('stays where it is as long as the queue is away', async () => {
    const { spool, sweep, trouble, messages, now } = system;
    await spool(chat(1), now());
    trouble.queueIsAway = true;
    await expect(sweep()).rejects.toThrow('the queue is away');
    trouble.queueIsAway = false;
    await sweep();
    expect(messages()).toHaveLength(1);
  });

  test('whose sweep died when it was on the queue is put there twice, and still one note', async () => {
    const { spool, sweep, spooled, deliverVisible, messages, now } = system;
    await spool(chat(1), now());
    const dying = async (limit: number) =>
      (await spooled(limit)).map((hook) => ({ ...hook, remove: () => Promise.reject(new Error('killed')) }));
    await expect(sweep({ spooled: dying })).rejects.toThrow('killed');
    await sweep();
    expect(messages()).toHaveLength(2);
    await deliverVisible();
    expect(notes()).toEqual(['208:1']);
    expect(await sweep()).toEqual(nothing);
  });

  test('holds no other back when it cannot be read, and is told without a word of it', async () => {
    const { spool, sweep, messages, lines, now } = system;
    await spool(chat(1), now());
    const [broken] = await allItems(table);
    const id = String(broken?.['pk']);
    await table.delete({ pk: id, sk: 'BODY#000' });
    await spool(chat(2), now());
    await sweep();
    expect(messages()).toHaveLength(1);
    expect(lines).toMatchObject([{ message: 'a spooled hook cannot be read', spooledId: id, error: 'Error' }]);
    expect(JSON.stringify(lines)).not.toContain('Hello');
    expect(id).toContain(spoolKey('').pk);
  });
});

describe('a delivery whose message is lost', () => {
  test('is left alone for a minute, and then comes back by reference', async () => {
    await lose(1);
    system.pass(65 / 60);
    expect(await system.sweep()).toEqual(nothing);
    system.pass(1 / 60);
    expect(await system.sweep()).toEqual({ ...nothing, due: 1 });
    expect(system.messages().map((message) => JSON.parse(message))).toEqual([
      { version: 1, conversationId: '208:1', destinations: ['crm'] },
    ]);
    await system.deliverVisible();
    expect(notes()).toEqual(['208:1']);
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered', attempts: 2 });
    system.pass(120);
    expect(await system.sweep()).toEqual(nothing);
  });

  test('is put on a queue that nobody empties once in a quarter of an hour, however often the sweep comes', async () => {
    await lose(1);
    const before = system.sent();
    for (let minute = 0; minute < 60; minute += 1) {
      system.pass(1);
      await system.sweep();
    }
    expect(system.sent() - before).toBeGreaterThanOrEqual(3);
    expect(system.sent() - before).toBeLessThanOrEqual(4);
    await system.deliverVisible();
    expect(notes()).toEqual(['208:1']);
    expect(system.messages()).toEqual([]);
  });

  test('is forgotten, and holds no other back, when its chat is gone', async () => {
    await lose(1);
    await lose(2);
    await table.delete(chatKey('208:1'));
    system.pass(2);
    expect(await system.sweep()).toEqual({ ...nothing, due: 2 });
    await system.deliverVisible();
    expect(notes()).toEqual(['208:2']);
    expect(await system.stateOf('208:1')).toBeUndefined();
    system.pass(60);
    expect(await system.sweep()).toEqual(nothing);
    expect(system.measured()).toMatchObject(atRest);
  });

  test('whose process died before it could say that the note is written is taken up, and leaves one note', async () => {
    let isDead = false;
    const put: Table['put'] = (...asked) => (isDead ? Promise.reject(new Error('killed')) : table.put(...asked));
    const { crm, enqueue, deliverVisible, sweep, stateOf, now, pass } = createSystem({ ...table, put });
    crm.disturb((call, when) => {
      isDead ||= call === 'log' && when === 'after';
    });
    await enqueue(chat(1), now());
    await expect(deliverVisible()).rejects.toThrow('killed');
    isDead = false;
    pass(2);
    expect(await sweep()).toEqual({ ...nothing, due: 1 });
    await deliverVisible();
    expect(crm.notes.map(({ conversationId }) => conversationId)).toEqual(['208:1']);
    expect(await stateOf('208:1')).toMatchObject({ state: 'delivered', history: [{ outcome: 'crashed' }, {}] });
  });

  test('comes back for its own destination, and no other gets the chat by that', async () => {
    await lose(1);
    system.pass(2);
    await system.sweep({ destinations: ['crm', 'new'] });
    expect(system.messages().map((message) => JSON.parse(message).destinations)).toEqual([['crm']]);
  });

  test('waits in the table as long as the queue is away, and is measured all the same', async () => {
    await lose(1);
    system.pass(61);
    system.trouble.queueIsAway = true;
    await expect(system.sweep()).rejects.toThrow('the queue is away');
    expect(system.measured()).toMatchObject({
      ParkedNow: 0,
      PendingNow: 1,
      OldestPendingSeconds: 61 * 60,
    });
    system.trouble.queueIsAway = false;
    expect(await system.sweep()).toEqual({ ...nothing, due: 1 });
  });
});

test('a CRM that is away for hours costs a message about every quarter of an hour, and gets the chat once', async () => {
  goAway();
  await system.enqueue(chat(1), system.now());
  const hours = 6;
  for (let minute = 0; minute < hours * 60; minute += 1) {
    await system.sweep();
    // Short waits end between two sweeps.
    for (let quarter = 0; quarter < 4; quarter += 1) {
      await system.deliverVisible();
      system.pass(0.25);
    }
    expect(system.messages().length).toBeLessThanOrEqual(1);
  }
  expect(system.sent()).toBeLessThanOrEqual(1 + hours * 4 + 4);
  expect((await system.stateOf('208:1'))?.attempts).toBeGreaterThan(hours * 3);
  comeBack();
  for (let minute = 0; minute < 20; minute += 1) {
    await system.sweep();
    await system.deliverVisible();
    system.pass(1);
  }
  expect(notes()).toEqual(['208:1']);
  expect(system.messages()).toEqual([]);
}, 60_000);

test('each run measures what is on its way, since when, and what is parked', async () => {
  const { enqueue, deliverVisible, pass, now } = system;
  goAway();
  await enqueue(chat(1), now());
  await deliverVisible();
  pass(30);
  await enqueue(chat(2), now());
  await deliverVisible();
  pass(1);
  await system.sweep();
  expect(system.measured()).toMatchObject({ ParkedNow: 0, PendingNow: 2, OldestPendingSeconds: 31 * 60 });
  pass(24 * 60 - 30);
  await system.sweep();
  await deliverVisible();
  await system.sweep();
  expect(system.measured()).toMatchObject({ ParkedNow: 1, PendingNow: 1 });
});
