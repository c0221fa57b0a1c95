import { describe, expect, test } from '@jest/globals';
import { maxReceiveCount } from '../../../infra/queues.ts';
import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { isLeftToLedger } from '../../../lambda/deliver/batch.ts';
import { createRetryPolicy } from '../../../lambda/delivery/failures.ts';
import { referTo } from '../../../lambda/queue/envelope.ts';
import { aHook, createClock, createParts } from './parts.ts';

const minute = 60;
const hour = 60 * minute;

/** What a CRM says to an attempt, counted from 0; nothing if it takes the chat. */
type Says = (attempt: number) => CrmError | undefined;

const away: Says = () => new CrmError('away', { kind: 'retryable' });
const refusing: Says = () => new CrmError('token expired', { kind: 'credentials' });
const asking =
  (seconds: number): Says =>
  () =>
    new CrmError('busy', { kind: 'retryable', retryAfterMs: seconds * 1000 });

/** A CRM, and when it was asked. */
function createCrm(says: Says, now: () => Date) {
  const askedAt: Date[] = [];
  const adapter: CrmAdapter = {
    logConversations: {
      maxSize: 100,
      run: async (entries) => {
        const error = says(askedAt.push(now()) - 1);
        if (error !== undefined) throw error;
        return entries.map(() => ({ status: 'fulfilled', value: '7' }));
      },
    },
    updateConversation: async (_, logId) => logId,
    check: async () => [],
  };
  return { adapter, askedAt };
}

type Options = { readonly random?: () => number; readonly giveUpAfterHours?: number };

/** One chat for CRMs that say this. */
function createChat(crms: readonly Says[], { random = () => 0, giveUpAfterHours = 24 }: Options = {}) {
  const clock = createClock();
  const begin = clock.now().getTime();
  const parts = createParts(clock.now);
  const made = crms.map((says) => createCrm(says, clock.now));
  const deliver = parts.startProcess(Object.fromEntries(made.map(({ adapter }, at) => [`crm-${at}`, adapter])), {
    retryPolicy: createRetryPolicy({ giveUpAfterHours, random }),
  });
  const secondsSince = (time: Date) => (time.getTime() - begin) / 1000;
  return {
    ...parts,
    ...clock,
    /** Hands out one message: in how many seconds it comes back, or undefined if it is done with. */
    visit: async (message: string, receives = 1) => {
      const [redelivery] = await Promise.all(deliver([message]));
      if (redelivery === undefined || isLeftToLedger(redelivery, receives)) return undefined;
      return (redelivery.at.getTime() - clock.now().getTime()) / 1000;
    },
    askedAt: (crm: number) => (made[crm]?.askedAt ?? []).map(secondsSince),
  };
}

describe('a chat whose CRM must be asked again', () => {
  test('within two minutes stays on the queue until it is due', async () => {
    const { visit, seal, pass, askedAt } = createChat([asking(120)]);
    const message = await seal(aHook(1));
    expect(await visit(message)).toBe(120);
    pass(120);
    expect(await visit(message)).toBe(120);
    expect(askedAt(0)).toEqual([0, 120]);
  });

  test('later than that leaves the queue, and the ledger has the time when it is due', async () => {
    const { visit, seal, deliveryOf, inSeconds } = createChat([asking(121)]);
    const due = inSeconds(121);
    expect(await visit(await seal(aHook(1)))).toBeUndefined();
    expect(deliveryOf(1, 'crm-0')).toMatchObject({ state: 'pending', nextAttemptAt: due.toISOString() });
  });

  test('later than that is listed when it is due, and delivered by a reference', async () => {
    const { visit, seal, pass, now, listDue, deliveryOf } = createChat([
      (attempt) => (attempt === 0 ? asking(hour)(0) : undefined),
    ]);
    await visit(await seal(aHook(1)));
    pass(hour);
    expect(await listDue('crm-0', now(), 10)).toEqual([]);
    pass(1);
    expect(await listDue('crm-0', now(), 10)).toMatchObject([{ conversationId: '1:1', destination: 'crm-0' }]);
    expect(await visit(referTo('1:1', ['crm-0']))).toBeUndefined();
    expect(deliveryOf(1, 'crm-0')).toMatchObject({ state: 'delivered' });
    expect(await listDue('crm-0', now(), 10)).toEqual([]);
  });

  test('is left alone if any message brings it early', async () => {
    const { visit, seal, pass, askedAt } = createChat([asking(hour)]);
    await visit(await seal(aHook(1)));
    pass(hour - 130);
    expect(await visit(referTo('1:1', ['crm-0']))).toBeUndefined();
    pass(90);
    expect(await visit(referTo('1:1', ['crm-0']))).toBe(40);
    expect(askedAt(0)).toEqual([0]);
  });
});

test('a chat for several CRMs comes back for the one that is due first, and no CRM is asked before its time', async () => {
  const { visit, seal, pass, askedAt } = createChat([asking(40), asking(55), asking(2 * hour)]);
  const message = await seal(aHook(1));
  const waits: (number | undefined)[] = [];
  for (let visits = 0; visits < 4; visits += 1) {
    const wait = await visit(message);
    waits.push(wait);
    pass(wait ?? 0);
  }
  expect(waits).toEqual([40, 15, 25, 30]);
  expect([0, 1, 2].map(askedAt)).toEqual([[0, 40, 80], [0, 55], [0]]);
});

test('a chat that another process brings to one of its CRMs stays on the queue, though the ledger lists it for the others', async () => {
  const { visit, seal, ledger, deliveryOf, inSeconds } = createChat([asking(40), asking(40)]);
  const message = await seal(aHook(1));
  await visit(message);
  const waiting = deliveryOf(1, 'crm-1');
  if (waiting === undefined) throw new Error('It waits for its next attempt.');
  const leaseUntil = inSeconds(60).toISOString();
  await ledger.write('1:1', { ...waiting, leaseUntil, version: waiting.version + 1 });
  expect(await visit(message, 10)).toBeLessThanOrEqual(40);
});

test('a chat that identifies its visitor comes back in a moment if another chat of theirs is just being attempted', async () => {
  const { visit, seal, ledger, deliveryOf, inSeconds } = createChat([() => undefined]);
  await visit(await seal(aHook(1, { email: null })));
  const nameless = deliveryOf(1, 'crm-0');
  if (nameless === undefined) throw new Error('It was attempted.');
  const leased = { state: 'pending', leaseUntil: inSeconds(60).toISOString() } as const;
  await ledger.write('1:1', { ...nameless, ...leased, version: nameless.version + 1 });
  expect(await visit(await seal(aHook(2, { visitor: 1 })))).toBe(3);
});

/** The same numbers from 0 to 1 at each run. */
function createDice() {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const troubles: Readonly<Record<string, (at: number) => Says>> = {
  'is away': () => away,
  'refuses the credentials': () => refusing,
  'asks for less than a minute': (at) => asking(50 + at),
  'asks for an hour': () => asking(hour),
};

const hours = 12;

/** Follows a chat until nothing is pending: how often the queue handed out each of its messages. */
async function countReceives({ visit, seal, pass, now, listDue }: ReturnType<typeof createChat>) {
  const receives: number[] = [];
  /** The ledger is the timer of what has left the queue: the message that the sweep sends for it. */
  const waitUntilDue = async (): Promise<string | undefined> => {
    for (let minutes = 0; minutes < 2 * hours * 60; minutes += 1) {
      pass(minute);
      const before = new Date(now().getTime() - minute * 1000);
      const names = Array.from({ length: 10 }, (_, at) => `crm-${at}`);
      const [due] = (await Promise.all(names.map((name) => listDue(name, before, 1)))).flat();
      if (due !== undefined) return referTo(due.conversationId, [due.destination]);
    }
    return undefined;
  };
  const followMessage = async (message: string, count: number): Promise<number> => {
    const wait = await visit(message, count);
    if (wait === undefined) return count;
    // As the queue counts: in whole seconds, and at least one.
    pass(Math.max(Math.ceil(wait), 1));
    return followMessage(message, count + 1);
  };
  for (let message: string | undefined = await seal(aHook(1)); message !== undefined; message = await waitUntilDue()) {
    receives.push(await followMessage(message, 1));
  }
  return receives;
}

describe.each([1, 3, 10])(
  'a chat is given up by the clock, long before the queue would, if each of %i CRMs',
  (count) => {
    test.each(Object.entries(troubles))('%s', async (_what, trouble) => {
      const crms = Array.from({ length: count }, (_, at) => trouble(at));
      for (const random of [createDice(), () => 0]) {
        const chat = createChat(crms, { random, giveUpAfterHours: hours });
        const receives = await countReceives(chat);
        expect(Math.max(...receives)).toBeLessThan(maxReceiveCount / 3);
        for (const at of crms.keys()) {
          const { state, reason } = chat.deliveryOf(1, `crm-${at}`) ?? {};
          expect([state, reason]).toEqual(['parked', expect.stringMatching(/^Gave up after 12 hours/)]);
          expect(chat.askedAt(at).at(-1)).toBeGreaterThan((hours - 1.5) * hour);
        }
      }
    });
  },
);
