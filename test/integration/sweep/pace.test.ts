import { describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { createPaces } from '../../../lambda/store/pace.ts';
import { chat } from './chats.ts';
import { system, table } from './stage.ts';

const fail = () => {
  throw new CrmError('busy', { kind: 'retryable' });
};

describe('a new chat whose CRM fails', () => {
  test('stays on the queue for its next attempts if nothing else is known of the CRM', async () => {
    system.crm.disturb(fail);
    await system.enqueue(chat(1), system.now());
    await system.deliverVisible();
    expect(system.messages()).toHaveLength(1);
  });

  test('is tried once and then waits for the sweep if the CRM is known to be away', async () => {
    system.crm.disturb(fail);
    const paces = createPaces(table);
    await paces.write('crm', { allowance: 10, isAway: true, sentAt: system.now().toISOString(), sample: [] });
    await system.enqueue(chat(1), system.now());
    await system.deliverVisible();
    expect(system.messages()).toEqual([]);
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'pending', attempts: 1, fault: 'retryable' });
    system.crm.disturb(() => {});
    system.pass(2);
    expect(await system.sweep()).toMatchObject({ due: 1 });
    await system.deliverVisible();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered' });
  });

  test('is delivered at once if the CRM is back, whatever is known of it', async () => {
    const paces = createPaces(table);
    await paces.write('crm', { allowance: 10, isAway: true, sentAt: system.now().toISOString(), sample: [] });
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
