import { beforeEach, describe, expect, test } from '@jest/globals';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { system } from './stage.ts';

const chatOf = (id: number, email: string | null) =>
  JSON.stringify(aHookBody({ channel: { id }, visitor: { id: 7, email } }));

describe('a chat that was held a moment before the one that identifies its visitor could be found', () => {
  /** Nobody released it: the process died that knew the other, or the index was behind for it. */
  beforeEach(async () => {
    await system.enqueue(chatOf(1, null), system.now());
    await system.deliverVisible();
    system.pass(0.25);
    await system.deliverVisible();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'held', heldFor: '208#7' });
    await system.saveAlone(chatOf(2, 'eva@example.com'));
  });
  const deliverAgain = async () => {
    await system.sweep();
    await system.deliverVisible();
  };

  test('is released by the next sweep, and goes to the visitor’s contact', async () => {
    system.pass(1);
    await deliverAgain();
    expect(system.crm.contacts).toEqual(['eva@example.com']);
    expect(system.crm.notes).toMatchObject([{ conversationId: '208:1', contactId: '0' }]);
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered', heldFor: null });
    const sent = system.sent();
    await deliverAgain();
    expect(system.sent()).toBe(sent);
  });

  test('is released in the last minute of an hour, and is not looked at after that', async () => {
    system.pass(61);
    await deliverAgain();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'held' });
    system.pass(-2);
    await deliverAgain();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered' });
  });

  test('stays held as long as its destination is not configured', async () => {
    system.pass(1);
    await system.sweep({ destinations: ['other'] });
    expect(system.messages()).toEqual([]);
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'held' });
  });
});

test('a chat of a visitor whom no chat identifies stays held, and costs no message', async () => {
  await system.enqueue(chatOf(1, null), system.now());
  await system.deliverVisible();
  system.pass(0.25);
  await system.deliverVisible();
  const sent = system.sent();
  for (let minute = 0; minute < 20; minute += 1) {
    system.pass(1);
    await system.sweep();
    await system.deliverVisible();
  }
  expect(system.sent()).toBe(sent);
  expect(await system.stateOf('208:1')).toMatchObject({ state: 'held', attempts: 1 });
});

describe('a missed chat that is held', () => {
  const missed = (id: number, parts: Readonly<Record<string, unknown>> = {}) =>
    JSON.stringify(
      aHookBody({ channel: { id, isMissed: true }, visitor: { id: 9, name: 'Eva Horáková', email: null, ...parts } }),
    );
  const hold = async (body: string) => {
    await system.enqueue(body, system.now());
    await system.deliverVisible();
    system.pass(0.25);
    await system.deliverVisible();
  };
  const hours = 60;
  const sweepAndDeliver = async () => {
    await system.sweep();
    await system.deliverVisible();
  };

  test('goes to a contact by name after 72 hours, with its follow-up, and once', async () => {
    await hold(missed(1));
    expect(await system.stateOf('208:1')).toMatchObject({
      state: 'held',
      heldFor: '208#9',
      holdUntil: '2026-05-04T08:00:15.000Z',
    });
    system.pass(72 * hours - 1);
    await sweepAndDeliver();
    expect(system.measured()).toMatchObject({ PendingNow: 0 });
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'held' });

    system.pass(1);
    await sweepAndDeliver();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered', reason: null });
    expect(system.crm.contacts).toEqual(['nobody 0']);
    expect(system.crm.notes).toMatchObject([{ conversationId: '208:1', contactId: '0' }]);
    expect(system.crm.tasks).toMatchObject([{ conversationId: '208:1', title: 'Reply to Eva Horáková: missed chat' }]);
    const sent = system.sent();
    system.pass(1);
    await sweepAndDeliver();
    expect(system.sent()).toBe(sent);
  });

  test('is released before that by an address', async () => {
    await hold(missed(1));
    system.pass(10 * hours);
    await system.enqueue(missed(2, { email: 'eva@example.com' }), system.now());
    await system.deliverVisible();
    await system.deliverVisible();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered' });
    expect(system.crm.contacts).toEqual(['eva@example.com']);
  });

  test('stays held as long as its destination is not configured', async () => {
    await hold(missed(1));
    system.pass(80 * hours);
    await system.sweep({ destinations: ['other'] });
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'held' });
    await sweepAndDeliver();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered' });
  });

  test('is put on the queue by a later sweep if the queue is away', async () => {
    await hold(missed(1));
    system.pass(72 * hours);
    system.trouble.queueIsAway = true;
    await expect(system.sweep()).rejects.toThrow('the queue is away');
    system.trouble.queueIsAway = false;
    system.pass(2);
    await sweepAndDeliver();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered' });
  });

  test('stays held for good if its visitor left no name, and is not looked at again', async () => {
    await hold(missed(1, { name: null }));
    const held = await system.stateOf('208:1');
    expect(held).toMatchObject({ state: 'held', holdUntil: null });
    system.pass(80 * hours);
    await sweepAndDeliver();
    expect(await system.stateOf('208:1')).toEqual(held);
  });
});
