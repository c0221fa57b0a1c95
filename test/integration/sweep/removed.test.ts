import { beforeEach, describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { atRest, chat, nothing } from './chats.ts';
import { system } from './stage.ts';

/** Without the destination that the chat is on its way to. */
const others = { destinations: ['other'] };

describe('a delivery to a destination that is not configured any more', () => {
  /** The destination was taken out while its chat was to be tried again. */
  beforeEach(async () => {
    system.crm.disturb(() => {
      throw new CrmError('busy', { kind: 'retryable' });
    });
    await system.enqueue(chat(1), system.now());
    await system.deliverVisible();
    system.crm.disturb(() => {});
    system.loseMessages();
    system.pass(61);
  });

  test('is parked, once, with what to do, and no alarm goes by it', async () => {
    expect(await system.sweep(others)).toEqual({ ...nothing, orphaned: 1 });
    expect(system.messages()).toEqual([]);
    expect(system.measured()).toMatchObject({ ...atRest, SweptSpooled: 0, SweptDue: 0 });
    expect(await system.stateOf('208:1')).toMatchObject({
      state: 'parked',
      reason: 'Its destination is not configured any more. Put it back and run npx forwarder replay --destination crm.',
    });
    expect(await system.sweep(others)).toEqual(nothing);
  });

  test('is replayed when that is back, and arrives once', async () => {
    await system.sweep(others);
    const parked = await system.stateOf('208:1');
    if (parked === undefined) throw new Error('it is gone');
    expect(await system.replay('208:1', [parked])).toEqual({ sent: ['crm'], left: [] });
    await system.deliverVisible();
    expect(system.crm.notes).toHaveLength(1);
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  test('goes on by itself if that is back before a sweep has seen it', async () => {
    expect(await system.sweep()).toEqual({ ...nothing, due: 1 });
    await system.deliverVisible();
    expect(await system.stateOf('208:1')).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  test('is none of those that are measured, parked or on its way', async () => {
    expect((await system.sweep({ listDue: async () => [], ...others })).orphaned).toBe(0);
    expect(system.measured()).toMatchObject(atRest);
    await system.sweep(others);
    await system.sweep();
    expect(system.measured()).toMatchObject({ ParkedNow: 1 });
  });
});
