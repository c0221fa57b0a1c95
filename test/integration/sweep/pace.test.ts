import { describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { createPaces } from '../../../lambda/store/pace.ts';
import { chat } from './chats.ts';
import { system, table } from './stage.ts';

const fail = () => {
  throw new CrmError('busy', { kind: 'retryable' });
};
/** A probe has failed now. */
const stop = () => {
  const sample = [2, 3, 4, 5, 6].map((number) => ({ conversationId: `208:${number}`, version: 1 }));
  const pace = { allowance: 10, isAway: true, sentAt: system.now().toISOString(), sample };
  return createPaces(table).write('crm', pace);
};

describe('a new chat', () => {
  test('stays on the queue for its next attempts if its CRM fails and nothing else is known', async () => {
    system.crm.disturb(fail);
    await system.enqueue(chat(1), system.now());
    await system.deliverVisible();
    expect(system.messages()).toHaveLength(1);
  });

  test('is not tried if its CRM is known to be away, and waits for the sweep', async () => {
    await stop();
    await system.enqueue(chat(1), system.now());
    await system.deliverVisible();
    expect(system.messages()).toEqual([]);
    expect(system.crm.calls).toEqual([]);
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'pending', attempts: 0, fault: null });
    system.pass(1);
    await stop();
    system.pass(0.5);
    expect(await system.sweep()).toMatchObject({ due: 1 });
    // It is a probe itself.
    await system.deliverVisible();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered' });
  });

  test('is delivered at once if no probe has been made lately', async () => {
    await stop();
    system.pass(2);
    await system.enqueue(chat(1), system.now());
    await system.deliverVisible();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered' });
  });
});

test('an outage of a CRM is told from what its own deliveries say, and its end, too', async () => {
  system.crm.disturb(fail);
  await system.enqueue(chat(1), system.now());
  await system.deliverVisible();
  system.loseMessages();
  const isAway = async () => (await createPaces(table).all()).map(({ pace }) => pace?.isAway);
  for (const expected of [[false], [true]]) {
    system.pass(20);
    await system.sweep();
    await system.deliverVisible();
    system.loseMessages();
    expect(await isAway()).toEqual(expected);
  }
  system.crm.disturb(() => {});
  system.pass(20);
  await system.sweep();
  await system.deliverVisible();
  await system.sweep();
  expect(await isAway()).toEqual([false]);
});
