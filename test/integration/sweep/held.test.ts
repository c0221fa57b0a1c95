import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { createSystem } from './system.ts';

let running: TestTable;
let system: ReturnType<typeof createSystem>;
beforeEach(async () => {
  running = await startTable();
  system = createSystem(running.table);
});
afterEach(() => running.close());

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

  test('is released in the last minute of a quarter of an hour, and is not looked at after that', async () => {
    system.pass(16);
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
