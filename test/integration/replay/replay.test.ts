import { describe, expect, test } from '@jest/globals';
import { createListDue } from '../../../lambda/store/backlog.ts';
import { chatKey } from '../../../lambda/store/keys.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { createSystem, id, now, pass, table } from './stage.ts';

describe('a parked delivery', () => {
  test('is delivered once, on the contact that was made for it before', async () => {
    const { crm, park, seen, state, replay, fix, deliverQueue } = createSystem();
    await park();
    expect(await seen()).toMatchObject([{ state: 'parked', reason: 'no such property' }]);
    fix();
    expect(await replay()(id(), await seen())).toEqual({ sent: ['crm'], left: [] });
    expect(await state()).toBe('pending');
    await deliverQueue();
    expect(await seen()).toMatchObject([{ state: 'delivered', attempts: 1, contactId: '0', logId: '0' }]);
    expect([crm.contacts.length, crm.notes.length]).toEqual([1, 1]);
  });

  test('is parked again if nothing was fixed', async () => {
    const { park, seen, replay, deliverQueue } = createSystem();
    await park();
    await replay()(id(), await seen());
    await deliverQueue();
    expect(await seen()).toMatchObject([{ state: 'parked', reason: 'no such property' }]);
  });

  test('that two operators replay at the same moment is sent by one of them', async () => {
    const { crm, park, seen, replay, fix, queue, deliverQueue } = createSystem();
    await park();
    fix();
    const found = await seen();
    const results = await Promise.all([replay()(id(), found), replay()(id(), found)]);
    expect(results.flatMap(({ sent }) => sent)).toEqual(['crm']);
    expect(results.flatMap(({ left }) => left)).toMatchObject([{ why: 'has changed in the meantime' }]);
    expect(queue).toHaveLength(1);
    await deliverQueue();
    expect(crm.notes).toHaveLength(1);
  });

  test('that is replayed twice is sent once', async () => {
    const { crm, park, seen, replay, fix, queue, deliverQueue } = createSystem();
    await park();
    fix();
    await replay()(id(), await seen());
    expect(await replay()(id(), await seen())).toEqual({
      sent: [],
      left: [{ destination: 'crm', why: 'is on its way already' }],
    });
    expect(queue).toHaveLength(1);
    await deliverQueue();
    expect(crm.notes).toHaveLength(1);
  });

  test('whose message was put on the queue twice all the same arrives once', async () => {
    const { crm, park, seen, replay, fix, queue, deliverQueue } = createSystem();
    await park();
    fix();
    await replay()(id(), await seen());
    queue.push(...queue);
    await deliverQueue();
    expect(crm.notes).toHaveLength(1);
  });

  test('whose replay dies before the queue has it is found by the sweep', async () => {
    const { park, seen, replay, fix, state, ledger } = createSystem();
    await park();
    fix();
    const dying = replay({ enqueueChat: () => Promise.reject(new Error('killed')) });
    await expect(dying(id(), await seen())).rejects.toThrow('killed');
    expect(await state()).toBe('pending');
    pass(1);
    const found = await createListDue(table(), ledger, now)('crm', now(), 10);
    expect(found.map(({ conversationId }) => conversationId)).toContain(id());
  });

  test('is left as it is if its chat is gone', async () => {
    const { park, seen, replay, state } = createSystem();
    await park();
    await table().delete(chatKey(id()));
    expect(await replay()(id(), await seen())).toMatchObject({
      sent: [],
      left: [{ why: 'belongs to a chat that no longer exists' }],
    });
    expect(await state()).toBe('parked');
  });
});

test('a chat that is replayed to one destination is sent to no other that lacks it', async () => {
  await createSystem().park();
  const added = createMemoryCrm();
  const { crm, seen, replay, fix, deliverQueue } = createSystem({ added: { adapter: added.adapter } });
  fix();
  await replay()(id(), await seen());
  await deliverQueue();
  expect([crm.notes.length, added.calls]).toEqual([1, []]);
  expect(await seen()).toMatchObject([{ destination: 'crm', state: 'delivered' }]);
});
