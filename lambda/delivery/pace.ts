import type { Instant } from '../conversation/model.ts';
import type { Delivery } from './delivery.ts';

/** How fast a destination's waiting deliveries are put back on the queue, and which were put back last. */
export type Pace = {
  /** How many deliveries at once. */
  readonly allowance: number;
  /** Most of those that were put back last have failed. */
  readonly isAway: boolean;
  readonly sentAt: Instant;
  /** A sample of those that were put back last. */
  readonly sample: readonly Sent[];
};

export type Sent = {
  readonly conversationId: string;
  /** The delivery's version when it was put back: an attempt changes it. */
  readonly version: number;
};

export type Progress = 'waiting' | 'failed' | 'came through';

/** Few enough to hardly bother a CRM that is away, and enough that one bad chat does not stand for all. */
const probeSize = 10;
/** With half of the previous ones still on the queue, 1,500 may be there. */
export const maxAllowance = 1_000;
const maxSample = 20;
/** Older results say nothing about the destination now. */
const maxAgeMs = 60 * 60_000;
/** By then the deliveries are due again, so their messages must be lost. */
const lostAfterMs = 15 * 60_000;

export const isRecent = ({ sentAt }: Pace, now: Date): boolean => now.getTime() - Date.parse(sentAt) < maxAgeMs;

/** The majority decides: a delivery that was lost, or that always fails, does not stop the others. */
export function progressOf(
  { sample, sentAt }: Pace,
  deliveries: readonly (Delivery | undefined)[],
  now: Date,
): Progress {
  const attempted = sample.flatMap(({ version }, at) => {
    const delivery = deliveries[at];
    // It was erased.
    if (delivery === undefined) return ['came through'];
    if (delivery.version === version || delivery.leaseUntil !== null) return [];
    return [isFailed(delivery) ? 'failed' : 'came through'];
  });
  if (attempted.length * 2 < sample.length) {
    return now.getTime() - Date.parse(sentAt) > lostAfterMs ? 'failed' : 'waiting';
  }
  return attempted.filter((each) => each === 'failed').length * 2 > attempted.length ? 'failed' : 'came through';
}

/** A CRM that refuses for good has answered; one that the retries gave up on has not. */
const isFailed = ({ fault }: Delivery) => fault !== null && fault !== 'permanent' && fault !== 'suspended';

export const allowanceAfter = ({ allowance }: Pace, progress: 'failed' | 'came through'): number =>
  progress === 'failed' ? probeSize : Math.min(allowance * 2, maxAllowance);

/** Spread evenly over all of them. */
export function sampleOf(sent: readonly Sent[]): readonly Sent[] {
  const size = Math.min(sent.length, maxSample);
  return Array.from({ length: size }, (_, at) => sent[Math.floor(((at + 1) * sent.length) / size) - 1]).filter(
    (each) => each !== undefined,
  );
}
