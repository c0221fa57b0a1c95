import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createReplay } from '../../../cli/commands/replay/replay-job.ts';
import { CrmError } from '../../../lambda/crm/errors.ts';
import type { Delivery } from '../../../lambda/delivering/ledger.ts';
import type { EnqueueFor } from '../../../lambda/delivering/ports.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import { createReadBody } from '../../../lambda/store/conversations.ts';
import { chatKey } from '../../../lambda/store/keys.ts';
import { createListOverdue } from '../../../lambda/store/overdue.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { createDelivery } from '../../support/delivery.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';

let running: TestTable;
let clock = new Date('2026-05-01T08:00:00Z');
let channelId = 0;
beforeAll(async () => {
  running = await startTable();
});
afterAll(() => running.close());
beforeEach(() => {
  channelId += 1;
});
const id = () => `208:${channelId}`;
const now = () => clock;
const pass = (seconds: number) => {
  clock = new Date(clock.getTime() + seconds * 1000);
};

const noOverflow = () => Promise.reject(new Error('a small chat fits the queue'));
const body = () => JSON.stringify(aHookBody({ channel: { id: channelId } }));

/** Deliver with a CRM that refuses every note until it is mended, and what replays on the same table. */
function createSystem(others: Parameters<typeof createDelivery>[0]['crms'] = {}) {
  const crm = createMemoryCrm();
  crm.disturb((call) => {
    if (call === 'log') throw new CrmError('no such property', { kind: 'permanent' });
  });
  const { deliver, ledger } = createDelivery({
    table: running.table,
    now,
    crms: { crm: { adapter: crm.adapter }, ...others },
  });
  const queue: string[] = [];
  const enqueue: EnqueueFor = async (text, receivedAt, destinations) => {
    queue.push(await seal(text, receivedAt, noOverflow, destinations));
  };
  const readBody = createReadBody(running.table);
  const replay = (parts: Partial<Parameters<typeof createReplay>[0]> = {}) =>
    createReplay({ ledger, readBody, enqueue, now, ...parts });
  return {
    crm,
    queue,
    ledger,
    deliver,
    replay,
    mend: () => crm.disturb(() => {}),
    seen: () => createRecords(running.table).deliveriesOf(id()),
    state: async () => (await ledger.read(id(), 'crm'))?.state,
    park: async () => {
      await deliver(await seal(body(), clock, noOverflow));
      pass(1);
    },
    deliverQueue: async () => {
      for (const message of queue.splice(0)) await deliver(message);
    },
  };
}

const crmDelivery = (deliveries: readonly Delivery[]) => deliveries.filter(({ destination }) => destination === 'crm');

describe('a parked delivery', () => {
  test('is delivered once, on the contact that was made for it before', async () => {
    const { crm, park, seen, state, replay, mend, deliverQueue } = createSystem();
    await park();
    expect(await seen()).toMatchObject([{ state: 'parked', reason: 'no such property' }]);
    mend();
    expect(await replay()(id(), await seen())).toEqual({ sent: ['crm'], left: [] });
    expect(await state()).toBe('pending');
    await deliverQueue();
    expect(await seen()).toMatchObject([{ state: 'delivered', attempts: 1, contactId: '0', logId: '0' }]);
    expect([crm.contacts.length, crm.notes.length]).toEqual([1, 1]);
  });

  test('is parked again where nothing was mended', async () => {
    const { park, seen, replay, deliverQueue } = createSystem();
    await park();
    await replay()(id(), await seen());
    await deliverQueue();
    expect(await seen()).toMatchObject([{ state: 'parked', reason: 'no such property' }]);
  });

  test('that two operators replay at the same moment is sent by one of them', async () => {
    const { crm, park, seen, replay, mend, queue, deliverQueue } = createSystem();
    await park();
    mend();
    const found = await seen();
    const results = await Promise.all([replay()(id(), found), replay()(id(), found)]);
    expect(results.flatMap(({ sent }) => sent)).toEqual(['crm']);
    expect(results.flatMap(({ left }) => left)).toMatchObject([{ why: 'has changed while this was looking at it' }]);
    expect(queue).toHaveLength(1);
    await deliverQueue();
    expect(crm.notes).toHaveLength(1);
  });

  test('that is replayed twice is sent once', async () => {
    const { crm, park, seen, replay, mend, queue, deliverQueue } = createSystem();
    await park();
    mend();
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
    const { crm, park, seen, replay, mend, queue, deliverQueue } = createSystem();
    await park();
    mend();
    await replay()(id(), await seen());
    queue.push(...queue);
    await deliverQueue();
    expect(crm.notes).toHaveLength(1);
  });

  test('whose replay dies before the queue has it is found by the sweep', async () => {
    const { park, seen, replay, mend, state, ledger } = createSystem();
    await park();
    mend();
    const dying = replay({ enqueue: () => Promise.reject(new Error('killed')) });
    await expect(dying(id(), await seen())).rejects.toThrow('killed');
    expect(await state()).toBe('pending');
    pass(3601);
    const overdue = createListOverdue(running.table, { readBody: createReadBody(running.table), ledger, now });
    const found = await overdue(new Date(clock.getTime() - 3600_000), 10);
    expect(found.map(({ conversationId }) => conversationId)).toContain(id());
  });

  test('is left as it is where its chat is gone', async () => {
    const { park, seen, replay, state } = createSystem();
    await park();
    await running.table.delete(chatKey(id()));
    expect(await replay()(id(), await seen())).toMatchObject({
      sent: [],
      left: [{ why: 'is of a chat that is gone' }],
    });
    expect(await state()).toBe('parked');
  });
});

test('a chat that is replayed to one destination is sent to no other that lacks it', async () => {
  await createSystem().park();
  const added = createMemoryCrm();
  const { crm, seen, replay, mend, deliverQueue } = createSystem({ added: { adapter: added.adapter } });
  mend();
  await replay()(id(), await seen());
  await deliverQueue();
  expect([crm.notes.length, added.calls]).toEqual([1, []]);
  expect(await seen()).toMatchObject([{ destination: 'crm', state: 'delivered' }]);
});

test('a delivery that is under way is left alone, and arrives once', async () => {
  const { crm, deliver, seen, replay, mend } = createSystem();
  mend();
  let replayed: unknown;
  crm.disturb((call, when) => {
    if (call === 'log' && when === 'before') replayed = seen().then((found) => replay()(id(), crmDelivery(found)));
  });
  await deliver(await seal(body(), clock, noOverflow));
  expect(await replayed).toEqual({ sent: [], left: [{ destination: 'crm', why: expect.any(String) }] });
  expect(crm.notes).toHaveLength(1);
  expect(await seen()).toMatchObject([{ state: 'delivered' }]);
});

test('a delivered one is written over once more, in the same note', async () => {
  const { crm, deliver, seen, replay, mend, deliverQueue } = createSystem();
  mend();
  await deliver(await seal(body(), clock, noOverflow));
  pass(1);
  await replay()(id(), await seen());
  await deliverQueue();
  expect(crm.notes).toHaveLength(1);
  expect(crm.calls.filter((call) => call === 'update')).toHaveLength(1);
  expect(await seen()).toMatchObject([{ state: 'delivered', logId: '0' }]);
});
