import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Delivery, type DeliveryState, shownState } from '../../../lambda/delivery/delivery.ts';
import { acquireLease } from '../../../lambda/delivery/lease.ts';
import { complete, dismiss, park, requeue, undoDismissal } from '../../../lambda/delivery/state-machine.ts';
import { aDelivery, at, now } from '../../support/a-delivery.ts';

const states: readonly DeliveryState[] = ['pending', 'delivered', 'held', 'skipped', 'parked'];
const id = fc.option(fc.constantFrom('1', '2'));
const instant = fc.option(fc.integer({ min: -1000, max: 1000 }).map(at));
const anyDelivery: fc.Arbitrary<Delivery> = fc
  .record({
    state: fc.constantFrom(...states),
    contactId: id,
    logId: id,
    loggedHash: fc.option(fc.constantFrom('content', 'older')),
    followUpId: id,
    inDoubt: fc.boolean(),
    awaitsSecondLook: fc.boolean(),
    heldFor: fc.option(fc.constant('1#7')),
    crashCount: fc.nat(5),
    attempts: fc.nat(1000),
    nextAttemptAt: instant,
    leaseUntil: instant,
    version: fc.integer({ min: 1, max: 1000 }),
  })
  .map(aDelivery);

const keyOf = ({ destination, contentHash, revision }: Delivery) => ({ destination, contentHash, revision });

test.each(['held', 'skipped', 'parked'] as const)(
  'a delivery in doubt that ends up %s without a word from the CRM stays in doubt, and knows whom it was for',
  (state) => {
    const attemptedFor = [{ email: 'eva@example.com', phone: null }];
    const leased = aDelivery({ state: 'pending', inDoubt: true, attemptedFor, leaseUntil: at(30) });
    expect(complete(leased, now, { state })).toMatchObject({ state, inDoubt: true, attemptedFor, leaseUntil: null });
  },
);

describe('a delivery that is requeued', () => {
  test('can be attempted as soon as what is in doubt can be found, as if for the first time', () => {
    fc.assert(
      fc.property(anyDelivery, (known) => {
        const requeued = requeue(known, now);
        if (requeued.kind === 'refused') return;
        const { delivery } = requeued;
        const dueAt = new Date(delivery.nextAttemptAt ?? 0);
        expect(dueAt.getTime() - now.getTime()).toBeLessThanOrEqual(known.inDoubt ? 90_000 : 0);
        const leaseUntil = new Date(dueAt.getTime() + 30_000);
        const lease = acquireLease(delivery, {
          ...keyOf(known),
          person: { email: null, phone: null },
          now: dueAt,
          leaseUntil,
          isIsolated: false,
        });
        expect(lease).toMatchObject({
          kind: 'acquired',
          delivery: { state: 'pending', attempts: 1, crashCount: 0, since: now.toISOString() },
        });
        expect(lease).toMatchObject({
          delivery: { version: known.version + 2, awaitsSecondLook: false, heldFor: null, reason: null },
        });
      }),
    );
  });

  test('forgets nothing of what the CRM holds, and no doubt of it', () => {
    fc.assert(
      fc.property(anyDelivery, (known) => {
        const requeued = requeue(known, now);
        if (requeued.kind === 'refused') return;
        const { contactId, logId, followUpId } = known;
        expect(requeued.delivery).toMatchObject({ contactId, logId, followUpId, ...keyOf(known) });
        expect(requeued.delivery.inDoubt).toBe(known.inDoubt || known.leaseUntil !== null);
      }),
    );
  });

  test('is not written again if the note has this content already, unless it was all delivered', () => {
    const logged = { logId: '1', loggedHash: 'content' };
    expect(requeue(aDelivery(logged), now)).toMatchObject({ delivery: { loggedHash: 'content' } });
    expect(requeue(aDelivery({ ...logged, state: 'delivered' }), now)).toMatchObject({
      delivery: { logId: '1', loggedHash: null },
    });
  });
});

test('a delivery that is parked by hand has its reason, and forgets nothing that a requeue needs', () => {
  fc.assert(
    fc.property(anyDelivery, (known) => {
      const parked = park(known, now, 'Its destination is gone.');
      expect(parked).toMatchObject({ state: 'parked', reason: 'Its destination is gone.', leaseUntil: null });
      const { contactId, logId, followUpId, loggedHash } = known;
      const kept = { contactId, logId, followUpId, loggedHash, ...keyOf(known) };
      const inDoubt = known.inDoubt || known.leaseUntil !== null;
      expect(requeue(parked, now)).toMatchObject({
        kind: 'changed',
        delivery: { ...kept, inDoubt, state: 'pending', attempts: 0 },
      });
    }),
  );
});

describe('a delivery that is dismissed', () => {
  const eva = { by: 'eva', reason: 'a test' };

  test('is as it was once that is undone, and goes on from there', () => {
    fc.assert(
      fc.property(anyDelivery, fc.constantFrom('parked' as const, 'held' as const), (any, state) => {
        const known = { ...any, state };
        const dismissed = dismiss(known, now, eva);
        if (dismissed.kind === 'refused') throw new Error(dismissed.why);
        expect(shownState(dismissed.delivery)).toBe('dismissed');
        expect(dismissed.delivery.dismissal).toEqual({ ...eva, at: now.toISOString() });
        const { version, updatedAt: _, ...rest } = known;
        expect(undoDismissal(dismissed.delivery, now)).toMatchObject({
          kind: 'changed',
          delivery: { ...rest, version: version + 2 },
        });
      }),
    );
  });

  const dismissed = aDelivery({ dismissal: { ...eva, at: at(-5) } });

  test('is tried again by a replay, and by a newer copy of its chat, and by nothing else', () => {
    expect(requeue(dismissed, now)).toMatchObject({ delivery: { state: 'pending', dismissal: null } });
    const person = { email: null, phone: null };
    const wanted = { now, leaseUntil: new Date(now.getTime() + 30_000), isIsolated: false, person };
    expect(acquireLease(dismissed, { ...keyOf(dismissed), ...wanted })).toEqual({ kind: 'done' });
    const newer = { destination: 'crm', contentHash: 'newer', revision: '2' };
    expect(acquireLease(dismissed, { ...newer, ...wanted })).toMatchObject({
      kind: 'acquired',
      delivery: { state: 'pending', dismissal: null },
    });
  });

  test.each(['pending', 'delivered', 'skipped'] as const)('was parked or held, not %s', (state) => {
    expect(dismiss(aDelivery({ state }), now, eva)).toEqual({ kind: 'refused', why: `is ${state}` });
    expect(undoDismissal(aDelivery({ state }), now)).toEqual({ kind: 'refused', why: `is ${state}` });
  });

  test('is not dismissed twice', () => {
    expect(dismiss(dismissed, now, eva)).toEqual({ kind: 'refused', why: 'is dismissed' });
  });
});

describe('a requeue is refused', () => {
  test.each([
    ['is being delivered at this moment', { state: 'pending', leaseUntil: at(1) }],
    ['is being delivered at this moment', { state: 'pending', leaseUntil: at(1), awaitsSecondLook: true }],
    ['is on its way already', { state: 'pending', nextAttemptAt: at(0) }],
    ['is on its way already', { state: 'pending', nextAttemptAt: null }],
  ] as const)('for a delivery that %s', (why, parts) => {
    expect(requeue(aDelivery(parts), now)).toEqual({ kind: 'refused', why });
  });

  test('not for one that waits for its next attempt', () => {
    const waiting = aDelivery({ state: 'pending', nextAttemptAt: at(1800), fault: 'credentials' });
    expect(requeue(waiting, now)).toMatchObject({ kind: 'changed', delivery: { nextAttemptAt: at(0), fault: null } });
  });

  test.each([
    ['still to come', at(5)],
    ['due', at(0)],
    ['late', at(-5)],
  ])('not for one that awaits its second look, which is %s: that one would hold it', (_when, nextAttemptAt) => {
    const looked = aDelivery({ state: 'pending', awaitsSecondLook: true, nextAttemptAt });
    expect(requeue(looked, now)).toMatchObject({ kind: 'changed', delivery: { awaitsSecondLook: false } });
  });
});
