import { type Delivery, isLeased, shownState } from '../../lambda/delivery/delivery.ts';

/** On the list of its destination. */
export const isPending = (listed: unknown): boolean => String(listed).startsWith('pending#');

/** What docs/architecture.md draws, by who does it. Each is counted, and another breaks a promise. */
export const transitions: Readonly<Record<string, readonly string[]>> = {
  'a lease is acquired': [
    'nothing → leased',
    'waiting → leased',
    'second look → leased',
    'crashed → leased',
    'delivered → leased',
    'skipped → leased',
    'held → leased',
    'parked → leased',
    'dismissed → leased',
  ],
  'an attempt ends': [
    'leased → delivered',
    'leased → skipped',
    'leased → held',
    'leased → parked',
    'leased → waiting',
    'leased → second look',
  ],
  'the function has died too often': ['crashed → parked'],
  'a newer copy says the same': ['delivered → delivered', 'skipped → skipped', 'held → held', 'parked → parked'],
  'it is requeued': [
    'held → waiting',
    'parked → waiting',
    'delivered → waiting',
    'waiting → waiting',
    'second look → waiting',
  ],
  'its destination is gone': ['waiting → parked', 'second look → parked'],
  'an operator has seen it': ['parked → dismissed', 'held → dismissed'],
  'that is undone': ['dismissed → parked', 'dismissed → held'],
  'it is erased, or its lease is taken back': [
    'delivered → nothing',
    'skipped → nothing',
    'held → nothing',
    'parked → nothing',
    'waiting → nothing',
    'second look → nothing',
    'crashed → nothing',
    'leased → nothing',
  ],
};

/** Of processes whose write comes only after their lease, and of two things at the same moment: too seldom to be asked for. */
const seldom = [
  'crashed → crashed',
  'crashed → delivered',
  'crashed → skipped',
  'crashed → held',
  'crashed → waiting',
  'crashed → second look',
  'nothing → crashed',
  'leased → crashed',
  'waiting → crashed',
  'second look → crashed',
  'second look → second look',
  'dismissed → dismissed',
  'dismissed → waiting',
  'dismissed → nothing',
];

const drawn = Object.values(transitions).flat();
/** All that may happen. */
export const known: ReadonlySet<string> = new Set([...drawn, ...seldom]);

export const stepOf = (was: Delivery | undefined, is: Delivery | undefined, now: number) =>
  `${labelOf(was, now)} → ${labelOf(is, now)}`;

/** Those that are drawn, and were not reached. */
export const unreached = (counts: ReadonlyMap<string, number>): readonly string[] =>
  drawn.filter((step) => !counts.has(`state: ${step}`));

function labelOf(delivery: Delivery | undefined, now: number): string {
  if (delivery === undefined) return 'nothing';
  if (delivery.state !== 'pending') return shownState(delivery);
  if (delivery.leaseUntil === null) return delivery.awaitsSecondLook ? 'second look' : 'waiting';
  return isLeased(delivery, new Date(now)) ? 'leased' : 'crashed';
}
