import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import type { VisitorChat } from '../../../lambda/delivery/ports.ts';
import { createReleaseHeld } from '../../../lambda/delivery/release-held.ts';
import { aDelivery, at, now } from '../../support/a-delivery.ts';

const nameless: VisitorChat = { conversationId: '1:1', email: null, phone: null };
const withEmail: VisitorChat = { conversationId: '1:2', email: 'eva@example.com', phone: null };
const withPhone: VisitorChat = { conversationId: '1:3', email: null, phone: '+420601123456' };
const held = (parts: Partial<Delivery> = {}) => aDelivery({ state: 'held', heldFor: '1#7', fault: null, ...parts });

let known: Map<string, Delivery>;
let enqueued: (readonly [string, readonly string[]])[];
let isOvertaken: boolean;
beforeEach(() => {
  known = new Map();
  enqueued = [];
  isOvertaken = false;
});

const releaseHeld = createReleaseHeld({
  ledger: {
    read: async (conversationId, destination) => known.get(`${conversationId} ${destination}`),
    write: async (conversationId, delivery) => {
      if (!isOvertaken) known.set(`${conversationId} ${delivery.destination}`, delivery);
      return !isOvertaken;
    },
  },
  enqueueChat: async (conversationId, destinations) => void enqueued.push([conversationId, destinations]),
  now: () => now,
});

describe('a held chat is put back on the queue', () => {
  test.each([
    ['an e-mail address', withEmail],
    ['a number', withPhone],
  ])('once another chat of the visitor has %s', async (_what, identifying) => {
    known.set('1:1 crm', held());
    expect(await releaseHeld([nameless, identifying], ['crm'])).toBe('done');
    expect(enqueued).toEqual([['1:1', ['crm']]]);
    expect(known.get('1:1 crm')).toMatchObject({ state: 'pending', nextAttemptAt: at(0), heldFor: null });
  });

  test('for the destinations at which it is held, in one message', async () => {
    known.set('1:1 a', held({ destination: 'a' }));
    known.set('1:1 b', held({ destination: 'b' }));
    known.set('1:1 c', aDelivery({ destination: 'c', state: 'delivered' }));
    await releaseHeld([nameless, withEmail], ['a', 'b', 'c', 'd']);
    expect(enqueued).toEqual([['1:1', ['a', 'b']]]);
  });

  test.each([
    ['still to come', at(5)],
    ['due', at(0)],
  ])('also before its second look, which is %s', async (_when, nextAttemptAt) => {
    known.set('1:1 crm', aDelivery({ state: 'pending', awaitsSecondLook: true, nextAttemptAt }));
    expect(await releaseHeld([nameless, withEmail], ['crm'])).toBe('done');
    expect(enqueued).toEqual([['1:1', ['crm']]]);
    expect(known.get('1:1 crm')).toMatchObject({ awaitsSecondLook: false, nextAttemptAt: at(0) });
  });

  test('once, however often it is asked for', async () => {
    known.set('1:1 crm', held());
    await releaseHeld([nameless, withEmail], ['crm']);
    expect(await releaseHeld([nameless, withEmail], ['crm'])).toBe('done');
    expect(enqueued).toHaveLength(1);
  });
});

describe('nothing is put back on the queue', () => {
  test('while no chat of the visitor identifies them', async () => {
    known.set('1:1 crm', held());
    expect(await releaseHeld([nameless], ['crm'])).toBe('done');
    expect(await releaseHeld([], ['crm'])).toBe('done');
    expect([enqueued, known.get('1:1 crm')?.state]).toEqual([[], 'held']);
  });

  test.each([
    ['was delivered', { state: 'delivered' }],
    ['was parked', { state: 'parked' }],
    ['waits for its next attempt', { state: 'pending', nextAttemptAt: at(60) }],
    [
      'an operator has dismissed',
      { state: 'held', heldFor: '1#7', dismissal: { by: 'eva', at: at(-60), reason: 'spam' } },
    ],
  ] as const)('of a chat that %s', async (_what, parts) => {
    known.set('1:1 crm', aDelivery(parts));
    expect(await releaseHeld([nameless, withEmail], ['crm'])).toBe('done');
    expect(enqueued).toEqual([]);
  });

  test('of a chat that identifies its visitor itself', async () => {
    known.set('1:2 crm', held());
    await releaseHeld([nameless, withEmail], ['crm']);
    expect(enqueued).toEqual([]);
  });
});

describe('a chat that may still end up held is released again', () => {
  test.each([
    ['first', false],
    ['second', true],
  ])('if it is at its %s look just now', async (_which, awaitsSecondLook) => {
    const looking = { state: 'pending', awaitsSecondLook, leaseUntil: at(20) } as const;
    known.set('1:1 crm', aDelivery(looking));
    expect(await releaseHeld([nameless, withEmail], ['crm'])).toBe('busy');
    expect([enqueued, known.get('1:1 crm')]).toMatchObject([[], looking]);
  });

  test('if its delivery was written in between', async () => {
    known.set('1:1 crm', held());
    isOvertaken = true;
    expect(await releaseHeld([nameless, withEmail], ['crm'])).toBe('busy');
    expect(enqueued).toEqual([]);
  });

  test('but the visitor’s other chats are released at once', async () => {
    known.set('1:1 a', aDelivery({ destination: 'a', state: 'pending', awaitsSecondLook: true, leaseUntil: at(20) }));
    known.set('1:1 b', held({ destination: 'b' }));
    expect(await releaseHeld([nameless, withEmail], ['a', 'b'])).toBe('busy');
    expect(enqueued).toEqual([['1:1', ['b']]]);
  });
});
