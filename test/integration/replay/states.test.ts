import { describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { acquireLease } from '../../../lambda/delivery/lease.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { createSystem, id, message, now, pass, table } from './stage.ts';

describe('a delivery that is delivered', () => {
  test('is written over once more, in the same note', async () => {
    const { crm, deliver, seen, replay, fix, deliverQueue } = createSystem();
    fix();
    await deliver(await message());
    pass(1);
    await replay()(id(), await seen());
    await deliverQueue();
    expect(crm.notes).toHaveLength(1);
    expect(crm.calls.filter((call) => call === 'update')).toHaveLength(1);
    expect(await seen()).toMatchObject([{ state: 'delivered', logId: '0' }]);
  });
});

describe('a delivery that is held', () => {
  const nobody = { visitor: { id: null } };

  test('is held once more if nothing identifies the visitor still', async () => {
    const { crm, deliver, seen, state, replay, deliverQueue } = createSystem();
    await deliver(await message(nobody));
    expect(await state()).toBe('held');
    pass(1);
    expect(await replay()(id(), await seen())).toEqual({ sent: ['crm'], left: [] });
    expect(await state()).toBe('pending');
    await deliverQueue();
    expect(await state()).toBe('held');
    expect(crm.calls).toEqual([]);
  });

  test('is sent at once while it waits for its second look', async () => {
    const { deliver, seen, state, replay, deliverQueue } = createSystem();
    const hook = await message({ visitor: { id: `v-${id()}` } });
    await deliver(hook);
    expect(await seen()).toMatchObject([{ state: 'pending', awaitsSecondLook: true }]);
    expect(await replay()(id(), await seen())).toEqual({ sent: ['crm'], left: [] });
    await deliverQueue();
    pass(10);
    await deliver(hook);
    expect(await state()).toBe('held');
  });
});

describe('a delivery that is on its way', () => {
  const goAway = () => {
    throw new CrmError('CRM answered 503', { kind: 'retryable' });
  };

  test('is tried at once instead of later, and as long as a new one', async () => {
    const { crm, deliver, seen, replay, fix, queue, deliverQueue } = createSystem();
    crm.disturb(goAway);
    await deliver(await message());
    expect(await seen()).toMatchObject([{ state: 'pending', attempts: 1 }]);
    pass(1);
    expect(await replay()(id(), await seen())).toEqual({ sent: ['crm'], left: [] });
    expect(queue).toHaveLength(1);
    fix();
    await deliverQueue();
    expect(await seen()).toMatchObject([{ state: 'delivered', attempts: 1, since: now().toISOString() }]);
  });

  test('is left alone once it is due: the sweep puts it on the queue', async () => {
    const { crm, deliver, seen, replay, queue } = createSystem();
    crm.disturb(goAway);
    await deliver(await message());
    pass(5);
    expect(await replay()(id(), await seen())).toEqual({
      sent: [],
      left: [{ destination: 'crm', why: 'is on its way already' }],
    });
    expect(queue).toEqual([]);
  });
});

describe('a delivery that is under way', () => {
  const lease = (known: Delivery): Delivery => {
    const leaseUntil = new Date(now().getTime() + 30_000);
    const acquired = acquireLease(known, {
      ...known,
      contentHash: 'of a newer copy',
      now: now(),
      leaseUntil,
      isIsolated: true,
      person: { email: null, phone: null },
    });
    if (acquired.kind !== 'acquired') throw new Error(`The lease is ${acquired.kind}.`);
    return acquired.delivery;
  };

  test('is left alone, and to the sweep once its lease has run out', async () => {
    const { ledger, park, seen, replay, queue } = createSystem();
    await park();
    const [parked] = await seen();
    if (parked === undefined) throw new Error('It was parked.');
    await ledger.write(id(), lease(parked));
    expect(await replay()(id(), await seen())).toMatchObject({ left: [{ why: 'is being delivered at this moment' }] });
    pass(30);
    expect(await replay()(id(), await seen())).toMatchObject({ left: [{ why: 'is on its way already' }] });
    expect(queue).toEqual([]);
  });

  test('is left alone by one who saw it parked', async () => {
    const { ledger, park, seen, replay, queue } = createSystem();
    await park();
    const before = await seen();
    for (const each of before) await ledger.write(id(), lease(each));
    expect(await replay()(id(), before)).toMatchObject({ left: [{ why: 'has changed in the meantime' }] });
    expect(queue).toEqual([]);
    expect(await seen()).toMatchObject([{ contentHash: 'of a newer copy' }]);
  });
});

test('a delivery of a chat whose erasure has begun is left as it is', async () => {
  const { park, seen, state, replay, queue } = createSystem();
  await park();
  await createErasure(table(), now).begin(id(), 'email#eva@example.com');
  expect(await replay()(id(), await seen())).toMatchObject({
    left: [{ why: 'belongs to a chat that no longer exists' }],
  });
  expect([queue, await state()]).toEqual([[], 'parked']);
});

test('a chat that is erased once it is on its way again goes nowhere, and comes back nowhere', async () => {
  const { crm, park, seen, replay, fix, deliverQueue } = createSystem();
  await park();
  fix();
  await replay()(id(), await seen());
  const { begin, end } = createErasure(table(), now);
  await begin(id(), 'email#eva@example.com');
  await end(id());
  await deliverQueue();
  expect(crm.notes).toEqual([]);
  expect(await seen()).toEqual([]);
});
