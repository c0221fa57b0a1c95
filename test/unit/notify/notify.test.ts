import { beforeEach, describe, expect, test } from '@jest/globals';
import { plainCard, WebhookError } from '../../../lambda/notify/channel.ts';
import { createNotify, maxCards, type News } from '../../../lambda/notify/notify.ts';
import type { Told } from '../../../lambda/store/told.ts';

const begin = Date.UTC(2026, 4, 1, 8);
const minute = 60_000;

let clock: number;
let told: Told | undefined;
/** What there is in the table. */
let news: News[];
let posted: string[];
let isAway: boolean;
beforeEach(() => {
  clock = begin;
  told = undefined;
  news = [];
  posted = [];
  isAway = false;
});

const now = () => new Date(clock);
const notify = createNotify({
  findNews: async (since) => news.filter(({ at }) => at >= since),
  cardOf: async ({ id }) => (id.includes('erased') ? undefined : plainCard('missed', id)),
  post: async ({ title }) => {
    if (isAway) throw new WebhookError('The webhook answered 503.');
    posted.push(title);
  },
  readTold: async () => told,
  writeTold: async (next) => {
    told = next;
  },
  listLine: 'npx forwarder list',
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  now,
});

/** A run, each a minute after the other. */
async function run(): Promise<void> {
  clock += minute;
  await notify(new Date(clock + minute));
}

function happen(id: string, at = clock): void {
  const chat = { conversationId: id, outcome: 'missed', receivedAt: new Date(at).toISOString() } as const;
  news.push({ event: 'missed', id: `missed ${id}`, at: new Date(at), chat });
  news.sort((one, other) => one.at.getTime() - other.at.getTime());
}

test('what was there before the first run is told nobody', async () => {
  happen('208:1', begin - minute);
  await run();
  await run();
  expect(posted).toEqual([]);
});

test('what happens is told with the next run, once', async () => {
  await run();
  happen('208:1');
  for (let runs = 0; runs < 60; runs += 1) await run();
  expect(posted).toEqual(['missed 208:1']);
});

test('a chat that comes once more later, such as with its rating, is not told again', async () => {
  await run();
  happen('208:1');
  await run();
  clock += 20 * 60 * minute;
  news = [];
  happen('208:1');
  await run();
  expect(posted).toEqual(['missed 208:1']);
});

test('what was on the queue for a while is told although others, who came later, were told before', async () => {
  await run();
  const at = clock;
  for (let runs = 0; runs < 5; runs += 1) await run();
  happen('208:2');
  await run();
  happen('208:1', at);
  await run();
  expect(posted).toEqual(['missed 208:2', 'missed 208:1']);
});

describe('a channel that is away', () => {
  test('fails the run, and is told when it is back', async () => {
    await run();
    isAway = true;
    happen('208:1');
    await expect(run()).rejects.toThrow('503');
    happen('208:2');
    for (let runs = 0; runs < 120; runs += 1) await run().catch(() => undefined);
    isAway = false;
    await run();
    await run();
    expect(posted).toEqual(['missed 208:1', 'missed 208:2']);
  });

  test('is not told of yesterday', async () => {
    await run();
    isAway = true;
    happen('208:1');
    await expect(run()).rejects.toThrow();
    clock += 25 * 60 * minute;
    isAway = false;
    await run();
    expect(posted).toEqual([]);
  });
});

test('a flood is a few cards a minute, of which the last counts the rest', async () => {
  await run();
  for (let chat = 0; chat < 500; chat += 1) happen(`208:${chat}`);
  await run();
  expect(posted).toHaveLength(maxCards);
  expect(posted.at(-1)).toBe(`And ${500 - maxCards + 1} more: ${500 - maxCards + 1} missed`);
  await run();
  expect(posted).toHaveLength(maxCards);
});

test('what is nothing to tell after all keeps nothing up', async () => {
  await run();
  happen('erased');
  happen('208:2');
  await run();
  expect(posted).toEqual(['missed 208:2']);
});
