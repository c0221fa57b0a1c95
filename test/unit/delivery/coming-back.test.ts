import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { maxReceiveCount } from '../../../infra/queue.ts';
import { configSchema } from '../../../lambda/config/config.schema.ts';
import type { CrmAdapter } from '../../../lambda/crm/adapter.ts';
import { CrmError } from '../../../lambda/crm/errors.ts';
import { createDeliverer } from '../../../lambda/delivering/deliverer.ts';
import { createRetryPolicy } from '../../../lambda/delivering/retry-policy.ts';
import { readConversation } from '../../../lambda/smartsupp/recognise.ts';
import { aTarget } from '../../support/target.ts';
import type { Process } from './model/process.ts';
import { createStores, emptyTable } from './model/stores.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** It answers at once and does not die. */
const steady: Process = { isAlive: () => true, ask: async (_what, effect) => effect() };
const begin = Date.parse('2026-05-04T08:00:00Z');
const { maximum: longestHours } = configSchema.properties.giveUpAfterHours;

/** What a CRM says to an attempt, counted from 0. */
type Says = (attempt: number) => CrmError;

const away: Says = () => new CrmError('away', { kind: 'retryable' });
const refusing: Says = () => new CrmError('token expired', { kind: 'credentials' });
const asking =
  (retryAfterMs: number): Says =>
  () =>
    new CrmError('busy', { kind: 'retryable', retryAfterMs });

function failingWith(says: Says): CrmAdapter {
  let attempts = 0;
  return {
    logConversations: {
      most: 100,
      run: async () => {
        attempts += 1;
        throw says(attempts - 1);
      },
    },
    updateConversation: async (_, logId) => logId,
    check: async () => [],
  };
}

type Options = { readonly crms: readonly Says[]; readonly random?: () => number };

/** One chat for CRMs that fail, until it is given up, as late as can be configured: when it is handled, in ms from the first. */
async function* visits({ crms, random = () => 0 }: Options): AsyncGenerator<number, void> {
  let clock = begin;
  const now = () => new Date(clock);
  const receivedAt = now();
  const deliver = createDeliverer({
    newId: randomUUID,
    ...createStores({ table: emptyTable(), process: steady, nextFate: () => 'answered', now }),
    open: async (body) => ({ ok: true, body, receivedAt }),
    isHeavy: () => false,
    read: readConversation,
    phoneOf: async () => null,
    enqueue: async () => {},
    keepUnreadable: async () => undefined,
    targets: Promise.all(crms.map((says, at) => aTarget(failingWith(says), { name: `crm-${at}`, now }))),
    retryPolicy: createRetryPolicy({ giveUpAfterHours: longestHours, random }),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metrics: { count: () => {} },
    now,
  });
  const text = JSON.stringify({
    accountId: 1,
    channel: { id: 1 },
    visitor: { id: 1, email: 'eva@example.com' },
    messages: [{ type: 'visitor', content: 'Hello' }],
  });
  for (let isAgain = false; ; isAgain = true) {
    yield clock - begin;
    const [until] = await Promise.all(deliver([{ text, isAgain }], new Date(clock + minute)));
    if (until === undefined) return;
    // As the queue counts: in whole seconds, and at least one.
    clock += Math.max(Math.ceil((until.getTime() - clock) / second), 1) * second;
  }
}

/** When the message came back, in ms from when it was handled first. */
async function comesBack(crms: readonly Says[], times: number): Promise<readonly number[]> {
  const seen: number[] = [];
  for await (const at of visits({ crms })) {
    if (seen.push(at) > times) break;
  }
  return seen.slice(1);
}

describe('a chat comes back', () => {
  test('once for CRMs that are due soon after one another, when the last of them is due', async () => {
    expect(await comesBack([asking(40 * second), asking(60 * second), asking(80 * second)], 1)).toEqual([80 * second]);
  });

  test('for the one that is due soon, without waiting for one that is not', async () => {
    expect(await comesBack([asking(9 * hour), away], 3)).toEqual([5 * second, 15 * second, 35 * second]);
  });

  // An hour late, the sweep would take it for lost.
  test('no more than a quarter of an hour late, however long the CRMs ask for', async () => {
    expect(await comesBack([asking(5 * hour), asking(5 * hour + 14 * minute), asking(6 * hour)], 2)).toEqual([
      5 * hour + 14 * minute,
      6 * hour,
    ]);
  });
});

/** The same numbers from 0 to 1 at each run. */
function dice() {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const each = (count: number, says: (at: number) => Says) => Array.from({ length: count }, (_, at) => says(at));

const troubles: Readonly<Record<string, (at: number) => Says>> = {
  'are away': () => away,
  'go away one after another': (at) => (attempt) => (attempt === 0 ? asking(at * 7 * minute)(attempt) : away(attempt)),
  'are away or refuse the credentials': (at) => (at % 2 === 0 ? away : refusing),
  'ask for twenty minutes or an hour': (at) => asking(at % 2 === 0 ? 20 * minute : hour),
};

describe.each([1, 2, 3, 5, 10])(
  'a chat is given up by the clock, before the queue gives it up, where %i CRMs',
  (count) => {
    test.each(Object.entries(troubles))('%s', async (_what, trouble) => {
      for (const random of [dice(), () => 0]) {
        let receives = 0;
        let last = 0;
        for await (const at of visits({ crms: each(count, trouble), random })) {
          receives += 1;
          last = at;
        }
        expect(last).toBeGreaterThan((longestHours - 1) * hour);
        expect(receives).toBeLessThan(maxReceiveCount);
      }
    });
  },
);
