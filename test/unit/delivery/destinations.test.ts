import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CrmAdapter } from '../../../lambda/crm/adapter.ts';
import { createDeliverer } from '../../../lambda/delivering/deliverer.ts';
import type { EnqueueFor } from '../../../lambda/delivering/ports.ts';
import { createRetryPolicy } from '../../../lambda/delivering/retry-policy.ts';
import { readConversation } from '../../../lambda/smartsupp/recognise.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { aTarget } from '../../support/target.ts';
import type { Process } from './model/process.ts';
import { createStores, deliveryKey, emptyTable, type Table } from './model/stores.ts';

/** It answers at once and does not die. */
const steady: Process = { isAlive: () => true, ask: async (_what, effect) => effect() };
const receivedAt = new Date('2026-05-04T08:00:00Z');
const now = () => receivedAt;

let table: Table;
let crm: ReturnType<typeof createMemoryCrm>;
let other: ReturnType<typeof createMemoryCrm>;
let requeued: Parameters<EnqueueFor>[];
beforeEach(() => {
  table = emptyTable();
  crm = createMemoryCrm();
  other = createMemoryCrm();
  requeued = [];
});

type Message = { readonly body: string; readonly destinations?: readonly string[] };

const chat = (
  channel: number,
  { words = 1, email = `v${channel}@example.com` as string | null, visitor = channel } = {},
) =>
  JSON.stringify({
    accountId: 1,
    channel: { id: channel },
    visitor: { id: visitor, email },
    messages: Array.from({ length: words }, () => ({ type: 'visitor', content: 'Hello' })),
  });

function deliver(messages: readonly Message[], others: Readonly<Record<string, CrmAdapter>> = {}) {
  const adapters = { crm: crm.adapter, other: other.adapter, ...others };
  const run = createDeliverer({
    newId: randomUUID,
    ...createStores({ table, process: steady, nextFate: () => 'answered', now }),
    open: async (message) => ({ ok: true, receivedAt, ...JSON.parse(message) }),
    isHeavy: () => false,
    read: readConversation,
    phoneOf: async () => null,
    enqueue: async (...put) => void requeued.push(put),
    keepUnreadable: async () => undefined,
    targets: Promise.all(Object.entries(adapters).map(([name, adapter]) => aTarget(adapter, { name, now }))),
    retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metrics: { count: () => {} },
    now,
  });
  return Promise.all(
    run(
      messages.map((message) => ({ text: JSON.stringify(message), isAgain: false })),
      new Date(now().getTime() + 60_000),
    ),
  );
}

const stateOf = (channel: number, destination: string) =>
  table.deliveries.get(deliveryKey(`1:${channel}`, destination))?.state;

describe('a message that names destinations', () => {
  test('is for them alone: nothing is known of the chat at the others', async () => {
    expect(await deliver([{ body: chat(1), destinations: ['other'] }])).toEqual([undefined]);
    expect([crm.calls, other.notes.length]).toEqual([[], 1]);
    expect([stateOf(1, 'crm'), stateOf(1, 'other')]).toEqual([undefined, 'delivered']);
    await deliver([{ body: chat(1) }]);
    expect([crm.notes.length, other.notes.length]).toEqual([1, 1]);
  });

  test.each([
    ['one that is not configured any more', ['gone']],
    ['none', []],
  ])('is done with where it names %s', async (_whom, destinations) => {
    expect(await deliver([{ body: chat(1), destinations }])).toEqual([undefined]);
    expect([crm.calls, other.calls, table.deliveries.size]).toEqual([[], [], 0]);
  });

  test('is for those of them that are configured', async () => {
    await deliver([{ body: chat(1), destinations: ['gone', 'crm'] }]);
    expect([stateOf(1, 'crm'), stateOf(1, 'other'), stateOf(1, 'gone')]).toEqual(['delivered', undefined, undefined]);
  });

  test('has nothing to say where a longer copy is recorded, which has a message of its own', async () => {
    await deliver([{ body: chat(1, { words: 2 }), destinations: ['crm'] }]);
    expect(await deliver([{ body: chat(1), destinations: ['other'] }])).toEqual([undefined]);
    expect(stateOf(1, 'other')).toBeUndefined();
  });

  test('keeps nobody waiting at the others', async () => {
    let wasCalled = () => {};
    const crmWasCalled = new Promise<void>((resolve) => {
      wasCalled = resolve;
    });
    crm.disturb((call) => {
      if (call === 'log') wasCalled();
    });
    const { upsertContacts, logConversations, ...rest } = other.adapter;
    const slow: CrmAdapter = {
      ...rest,
      logConversations: {
        ...logConversations,
        run: async (entries) => {
          await crmWasCalled;
          return logConversations.run(entries);
        },
      },
    };
    await deliver(
      [
        { body: chat(1), destinations: ['crm'] },
        { body: chat(2), destinations: ['slow'] },
      ],
      { slow },
    );
    expect([stateOf(1, 'crm'), stateOf(2, 'slow')]).toEqual(['delivered', 'delivered']);
  });
});

test('a held chat that can be recognised by now goes to where it was held, and to no other', async () => {
  await deliver([{ body: chat(1, { visitor: 7, email: null }), destinations: ['crm'] }]);
  expect([stateOf(1, 'crm'), stateOf(1, 'other')]).toEqual(['held', undefined]);
  await deliver([{ body: chat(2, { visitor: 7 }), destinations: ['other'] }]);
  expect(requeued).toEqual([[chat(1, { visitor: 7, email: null }), receivedAt, ['crm']]]);
  await deliver(requeued.map(([body, , destinations]) => ({ body, destinations })));
  expect([stateOf(1, 'crm'), stateOf(1, 'other')]).toEqual(['delivered', undefined]);
  expect(crm.notes).toMatchObject([{ conversationId: '1:1' }]);
});
