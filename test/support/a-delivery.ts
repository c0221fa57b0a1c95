import type { Delivery } from '../../lambda/delivery/delivery.ts';

export const now = new Date('2026-05-01T08:00:00Z');
export const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();

export const aDelivery = (parts: Partial<Delivery> = {}): Delivery => ({
  destination: 'crm',
  state: 'parked',
  contentHash: 'content',
  revision: '1',
  contactId: null,
  personDigest: null,
  logId: null,
  loggedHash: null,
  followUpId: null,
  files: [],
  inDoubt: false,
  attemptedFor: [],
  awaitsSecondLook: false,
  heldFor: null,
  holdUntil: null,
  crashCount: 0,
  attempts: 7,
  since: at(-90_000),
  nextAttemptAt: null,
  leaseUntil: null,
  reason: 'no such property',
  fault: 'permanent',
  dismissal: null,
  warnings: [],
  history: [],
  updatedAt: at(-60),
  version: 12,
  ...parts,
});
