import { expect, test } from '@jest/globals';
import { type NotifyEvent, notifyEvents } from '../../../lambda/config/config.ts';
import { createFindNews } from '../../../lambda/notify/notify.ts';
import { aDelivery, at, now } from '../../support/a-delivery.ts';

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const chat = (id: string, outcome: 'missed' | 'offline' | 'answered', seconds: number) => ({
  conversationId: id,
  outcome,
  receivedAt: at(seconds),
});

/** @param silent for how many hours no chat has come */
const found = async (on: readonly NotifyEvent[], since: number, { silent = 0, silentAfterHours = 24 } = {}) => {
  const find = createFindNews({
    records: {
      chats: () => each([chat('208:3', 'offline', -10), chat('208:2', 'answered', -20), chat('208:1', 'missed', -30)]),
      // Listed by when they were parked, newest first.
      deliveries: () =>
        each([
          { conversationId: '208:5', delivery: aDelivery({ updatedAt: at(-5) }) },
          { conversationId: '208:4', delivery: aDelivery({ updatedAt: at(-500) }) },
        ]),
      rejected: () =>
        each([
          { id: 'f00d', reason: 'invalid', detail: '', faults: [], receivedAt: at(-1), copies: 1, dismissal: null },
        ]),
    },
    silentSince: async () => new Date(now.getTime() - silent * 3_600_000),
    on,
    silentAfterHours,
    timezone: 'UTC',
    now: () => now,
  });
  return (await find(new Date(at(since)))).map(({ id }) => id.split(' ').slice(0, 2).join(' '));
};

test('what is new is found in the order in which it happened, and nothing that went well', async () => {
  expect(await found(notifyEvents, -60)).toEqual(['missed 208:1', 'missed 208:3', 'parked 208:5', 'rejected f00d']);
});

test.each([
  ['missed', ['missed 208:1', 'missed 208:3']],
  ['parked', ['parked 208:5']],
  ['rejected', ['rejected f00d']],
  ['alarms', []],
] as const)('only what is asked for is found: %s', async (event, ids) => {
  expect(await found([event], -60)).toEqual(ids);
});

test('silence is found once it is longer than configured, on weekdays', async () => {
  // 1 May 2026 is a Friday.
  expect(await found(['silence'], -60, { silent: 25 })).toEqual([expect.stringMatching(/^silence 2026-04-30T/)]);
  expect(await found(['silence'], -60, { silent: 23 })).toEqual([]);
  expect(await found(['silence'], -60, { silent: 25, silentAfterHours: 0 })).toEqual([]);
});
