import { beforeEach, describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { type DeliverToDependencies, deliverTo } from '../../../lambda/deliver/deliver-to.ts';
import { createSharedCrm } from '../../../lambda/delivery/crm.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { createRetryPolicy } from '../../../lambda/delivery/failures.ts';
import { aConversation } from '../../fixtures/conversation.ts';
import { anIdentity } from '../../fixtures/identity.ts';
import { aDelivery, at, now } from '../../support/a-delivery.ts';
import { aDestination } from '../../support/destination.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { noFiles } from '../../support/no-files.ts';

const inAMinute = new Date(now.getTime() + 60_000);

let crm: ReturnType<typeof createMemoryCrm>;
let written: Delivery[];
let lines: unknown[];
let counted: string[];
beforeEach(() => {
  crm = createMemoryCrm();
  written = [];
  lines = [];
  counted = [];
});

/** Delivers a chat of which this is known; the ledger takes as many writes as given, and others were faster after that. */
async function deliver(
  known: Delivery | undefined,
  { writes = 2, isNew = false, isErased = false, deadline = inAMinute } = {},
) {
  const write = (message: string, line: object) => void lines.push({ message, ...line });
  const dependencies: DeliverToDependencies = {
    ledger: {
      read: async () => (isNew ? Promise.reject(new Error('There is nothing to be read.')) : known),
      write: async (_, delivery) => written.push(delivery) <= writes,
      remove: async () => {
        written = [];
      },
    },
    conversations: { isErased: async () => isErased },
    mayBeForgotten: async () => false,
    contactLocks: { acquire: async () => ({ kind: 'acquired', contactId: undefined }), release: async () => {} },
    retryPolicy: createRetryPolicy({ giveUpAfterHours: 24, random: () => 0 }),
    log: { info: write, warn: write, error: write },
    metrics: { count: (name) => void counted.push(name) },
    now: () => now,
  };
  const copy = {
    conversation: aConversation(),
    contentHash: 'content',
    revision: '1',
    receivedAt: now,
    identity: anIdentity({ email: 'eva.horakova@example.com' }),
    deadline,
    isNew,
    isIsolated: true,
  };
  const destination = await aDestination(crm.adapter, { now: () => now });
  const shared = createSharedCrm(crm.adapter, { participants: 1, deadline, fetchFile: noFiles, now: () => now }).crm;
  return deliverTo(destination, shared, copy, dependencies);
}

test('a new chat is delivered under a lease that is written first, without a read', async () => {
  expect(await deliver(undefined, { isNew: true })).toEqual({ kind: 'done' });
  expect(written).toMatchObject([
    { version: 1, state: 'pending', leaseUntil: inAMinute.toISOString() },
    { version: 2, state: 'delivered', leaseUntil: null },
  ]);
  expect(lines).toMatchObject([{ message: 'attempt', destination: 'crm', outcome: 'delivered', attempt: 1 }]);
});

describe('if another process was faster', () => {
  test('to acquire the lease, nothing is attempted, and the chat is looked at again at once', async () => {
    expect(await deliver(undefined, { writes: 0 })).toEqual({ kind: 'busy', until: now });
    expect([crm.calls, lines, counted]).toEqual([[], [], []]);
  });

  test('to end the attempt, what this one came to counts for nothing, and the message comes back', async () => {
    await expect(deliver(undefined, { writes: 1 })).rejects.toThrow(/was taken over/);
    expect([lines, counted]).toEqual([[], []]);
  });

  test('to park what has crashed too often, nothing is reported', async () => {
    const poison = aDelivery({ state: 'pending', crashCount: 4, leaseUntil: at(-1) });
    expect(await deliver(poison, { writes: 0 })).toEqual({ kind: 'busy', until: now });
    expect(lines).toEqual([]);
  });
});

test('a delivery that has crashed too often is parked and reported, and not attempted', async () => {
  expect(await deliver(aDelivery({ state: 'pending', crashCount: 4, leaseUntil: at(-1) }))).toEqual({ kind: 'done' });
  expect(written).toMatchObject([{ state: 'parked', fault: 'unexpected' }]);
  expect([crm.calls, lines]).toMatchObject([[], [{ outcome: 'parked', fault: 'unexpected' }]]);
});

test('nothing is begun that could not end before the function is stopped', async () => {
  const deadline = new Date(now.getTime() + 19_999);
  expect(await deliver(undefined, { deadline })).toEqual({ kind: 'busy', until: now });
  expect([written, crm.calls]).toEqual([[], []]);
});

describe('of a chat that is being erased', () => {
  test('a delivery that was there is as it was, so that the erasure need not wait for its lease', async () => {
    const known = aDelivery({ state: 'delivered', contentHash: 'older', revision: '0', logId: 'its note' });
    expect(await deliver(known, { isErased: true })).toEqual({ kind: 'done' });
    expect(written).toMatchObject([{ leaseUntil: inAMinute.toISOString() }, { ...known, version: known.version + 2 }]);
    expect(crm.calls).toEqual([]);
  });

  test('nothing is left if there was no delivery', async () => {
    expect(await deliver(undefined, { isErased: true })).toEqual({ kind: 'done' });
    expect([written, crm.calls]).toEqual([[], []]);
  });
});

test('a delivery that failed for now comes back when it is due', async () => {
  crm.disturb(() => {
    throw new TypeError('undefined is not a function');
  });
  expect(await deliver(undefined)).toEqual({ kind: 'pending', until: new Date(now.getTime() + 90_000) });
  expect(lines).toMatchObject([{ outcome: 'retry', fault: 'unexpected', nextAttemptAt: at(90) }]);
});

test.each(['delivered', 'held', 'parked'] as const)('a delivery that is %s is left as it is', async (state) => {
  expect(await deliver(aDelivery({ state }))).toEqual({ kind: 'done' });
  expect([written, crm.calls]).toEqual([[], []]);
});

test('a delivery without what the CRM refused is counted as such, and logged without what that was', async () => {
  const refused = [{ part: 'email', field: 'email', code: 'INVALID_EMAIL' } as const];
  crm.disturb((call, when) => {
    if (crm.calls.length > 1 || call !== 'contact' || when === 'after') return;
    throw new CrmError('Invalid', { kind: 'permanent' }, { status: 400, refused });
  });
  await deliver(undefined, { isNew: true });
  expect(written.at(-1)).toMatchObject({ state: 'delivered', warnings: ['email (INVALID_EMAIL)'] });
  expect(counted).toEqual(['Delivered', 'Warned']);
  expect(lines).toMatchObject([{ outcome: 'delivered', warnings: 1 }]);
});
