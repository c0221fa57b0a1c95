import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeliveryState } from '../../../lambda/conversation/status.ts';
import { abandon, claim, type Delivery, restart } from '../../../lambda/delivering/ledger.ts';
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
    died: fc.nat(5),
    attempts: fc.nat(1000),
    nextAttemptAt: instant,
    leaseUntil: instant,
    version: fc.integer({ min: 1, max: 1000 }),
  })
  .map(aDelivery);

describe('a delivery that is restarted', () => {
  test('can be attempted at once, as if for the first time', () => {
    fc.assert(
      fc.property(anyDelivery, (known) => {
        const restarted = restart(known, now);
        if (restarted.kind === 'left') return;
        const { destination, contentHash, revision } = known;
        const leaseUntil = new Date(now.getTime() + 30_000);
        const claimed = claim(restarted.delivery, {
          destination,
          contentHash,
          revision,
          now,
          leaseUntil,
          isAlone: false,
        });
        expect(claimed).toMatchObject({
          kind: 'claimed',
          delivery: { state: 'pending', attempts: 1, died: 0, since: now.toISOString(), version: known.version + 2 },
        });
      }),
    );
  });

  test('forgets nothing of what the CRM holds, and no doubt of it', () => {
    fc.assert(
      fc.property(anyDelivery, (known) => {
        const restarted = restart(known, now);
        if (restarted.kind === 'left') return;
        const { contactId, logId, followUpId, contentHash, revision, destination } = known;
        expect(restarted.delivery).toMatchObject({ contactId, logId, followUpId, contentHash, revision, destination });
        if (known.inDoubt || known.leaseUntil !== null) expect(restarted.delivery.inDoubt).toBe(true);
      }),
    );
  });

  test('is not written again where the note has this content already, unless it was all delivered', () => {
    const logged = { logId: '1', loggedHash: 'content' };
    expect(restart(aDelivery(logged), now)).toMatchObject({ delivery: { loggedHash: 'content' } });
    expect(restart(aDelivery({ ...logged, state: 'delivered' }), now)).toMatchObject({
      delivery: { logId: '1', loggedHash: null },
    });
  });
});

test('a delivery that is abandoned is parked with its reason, and forgets nothing that a restart needs', () => {
  fc.assert(
    fc.property(anyDelivery, (known) => {
      const abandoned = abandon(known, now, 'Its destination is gone.');
      expect(abandoned).toMatchObject({ state: 'parked', reason: 'Its destination is gone.', leaseUntil: null });
      const restarted = restart(abandoned, now);
      const { contactId, logId, followUpId, loggedHash, contentHash, revision } = known;
      const kept = { contactId, logId, followUpId, loggedHash, contentHash, revision };
      expect(restarted).toMatchObject({ kind: 'restarted', delivery: { ...kept, state: 'pending', attempts: 0 } });
      const wasInDoubt = known.inDoubt || known.leaseUntil !== null;
      expect(restarted).toMatchObject({ delivery: { inDoubt: wasInDoubt } });
    }),
  );
});

describe('a delivery is left alone', () => {
  test.each([
    ['is being delivered at this moment', { state: 'pending', leaseUntil: at(1) }],
    ['is on its way already', { state: 'pending', nextAttemptAt: at(0) }],
    ['is on its way already', { state: 'pending', nextAttemptAt: null }],
  ] as const)('that %s', (why, parts) => {
    expect(restart(aDelivery(parts), now)).toEqual({ kind: 'left', why });
  });

  test('but not where nobody has come for it for an hour: its message is lost', () => {
    const stranded = aDelivery({ state: 'pending', leaseUntil: at(-3600), updatedAt: at(-3660) });
    expect(restart(stranded, now)).toMatchObject({ kind: 'restarted', delivery: { inDoubt: true } });
  });

  test('but not where it waits for its next attempt', () => {
    const waiting = aDelivery({ state: 'pending', nextAttemptAt: at(1800), fault: 'credentials' });
    expect(restart(waiting, now)).toMatchObject({ kind: 'restarted', delivery: { nextAttemptAt: at(0), fault: null } });
  });
});
