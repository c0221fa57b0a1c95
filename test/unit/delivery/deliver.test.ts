import { randomUUID } from 'node:crypto';
import { setImmediate as whileOthersRun } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CrmAdapter } from '../../../lambda/crm/adapter.ts';
import { fulfilled } from '../../../lambda/crm/batches/batch.ts';
import { createDeliverer } from '../../../lambda/delivering/deliverer.ts';
import { createRetryPolicy } from '../../../lambda/delivering/retry-policy.ts';
import { readConversation } from '../../../lambda/smartsupp/recognise.ts';
import { aTarget } from '../../support/target.ts';
import type { Process } from './model/process.ts';
import { createStores, deliveryKey, emptyTable, type Table } from './model/stores.ts';

const crmName = 'crm';
/** It answers at once and does not die. */
const steady: Process = { isAlive: () => true, ask: async (_what, effect) => effect() };

let clock: Date;
let table: Table;
beforeEach(() => {
  clock = new Date('2026-05-04T08:00:00Z');
  table = emptyTable();
});
const now = () => clock;
const pass = (seconds: number) => {
  clock = new Date(clock.getTime() + seconds * 1000);
};

/** A chat as it lies on the queue; the word by which the CRM below knows what to do is its only message. */
const chat = (channel: number, word = 'hello') =>
  JSON.stringify({
    accountId: 1,
    channel: { id: channel },
    visitor: { id: channel, email: `v${channel}@example.com` },
    messages: [{ type: 'visitor', content: word }],
  });

/** A new process, and what its calls of the CRM held. */
function start(log: (words: readonly string[]) => Promise<unknown> = async () => {}) {
  const calls: string[][] = [];
  const adapter: CrmAdapter = {
    logConversations: {
      most: 100,
      run: async (entries) => {
        calls.push(entries.map(({ conversation }) => conversation.channelId));
        await log(entries.flatMap(({ conversation }) => conversation.messages.map(({ text }) => text)));
        return entries.map(({ conversation }) => fulfilled(conversation.id));
      },
    },
    updateConversation: async (_, logId) => logId,
    check: async () => [],
  };
  const deliver = createDeliverer({
    newId: randomUUID,
    ...createStores({ table, process: steady, nextFate: () => 'answered', now }),
    open: async (body) => ({ ok: true, body, receivedAt: clock }),
    isHeavy: (body) => body.includes('heavy'),
    read: readConversation,
    phoneOf: async () => null,
    enqueue: async () => {},
    keepUnreadable: async () => undefined,
    targets: aTarget(adapter, { name: crmName, now }).then((target) => [target]),
    retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metrics: { count: () => {} },
    now,
  });
  return {
    calls,
    deliver: (messages: readonly string[]) => deliver(messages.map(handedOut), new Date(clock.getTime() + 60_000)),
  };
}

const handedOut = (text: string) => ({ text, isAgain: false });

const stateOf = (channel: number) => table.deliveries.get(deliveryKey(`1:${channel}`, crmName))?.state;

describe('heavy messages', () => {
  test('come after the others, one at a time', async () => {
    const { calls, deliver } = start();
    await Promise.all(deliver([chat(1, 'heavy'), chat(2), chat(3, 'heavy'), chat(4)]));
    expect(calls).toEqual([['2', '4'], ['1'], ['3']]);
  });

  test('are left for later where little time is left', async () => {
    const { calls, deliver } = start(async () => pass(31));
    const untils = await Promise.all(deliver([chat(1), chat(2, 'heavy')]));
    expect(calls).toEqual([['1']]);
    expect(untils).toEqual([undefined, clock]);
  });
});

describe('a chat that kills the process', () => {
  const never = new Promise<never>(() => {});
  const deadly = async (words: readonly string[]) => (words.includes('deadly') ? never : undefined);

  test('is parked after five deaths, and none of those beside it is', async () => {
    const messages = [chat(1), chat(2), chat(3, 'deadly'), chat(4), chat(5)];
    const calls: string[][][] = [];
    for (let deaths = 0; deaths < 7; deaths += 1) {
      const process = start(deadly);
      void process.deliver(messages);
      await whileOthersRun();
      calls.push(process.calls);
      pass(62);
    }
    expect(calls).toEqual([
      [['1', '2', '3', '4', '5']],
      [['1'], ['2'], ['3']],
      [['3']],
      [['3']],
      [['3']],
      // It is parked; those that came after it have their turn.
      [['4'], ['5']],
      [],
    ]);
    expect([1, 2, 4, 5].map(stateOf)).toEqual(Array.from({ length: 4 }, () => 'delivered'));
    expect(table.deliveries.get(deliveryKey('1:3', crmName))).toMatchObject({
      state: 'parked',
      reason: expect.stringMatching(/died 5 times/),
    });
  });

  test('holds no fresh one back', async () => {
    void start(deadly).deliver([chat(1, 'deadly')]);
    await whileOthersRun();
    pass(62);
    const { calls, deliver } = start(deadly);
    void deliver([chat(1, 'deadly'), chat(2), chat(3)]);
    await whileOthersRun();
    expect(calls).toEqual([['2', '3'], ['1']]);
    expect([2, 3].map(stateOf)).toEqual(['delivered', 'delivered']);
  });
});
