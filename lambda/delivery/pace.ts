import type { Instant } from '../conversation/model.ts';
import type { Delivery } from './delivery.ts';

/** How fast a destination's waiting deliveries are put back on the queue, and which were put back last. */
export type Pace = {
  /** How many deliveries were put back at once. */
  readonly allowance: number;
  /** None of those that were put back last came through. */
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

/** The results of those that were put back last. */
export type Seen = {
  /** From 0 to 1. */
  readonly failedShare: number;
  /** It took long: other chats wait as long on the queue, or for a function. */
  readonly isSlow: boolean;
};

/** Few enough to hardly bother a CRM that is away, and enough that one bad chat does not stand for all. */
const probeSize = 10;
/** In a second, of all destinations together. */
const maxAllowance = 250;
/** How many portions may be under way. With half of those before them still on the queue, that is 1,500 deliveries. */
export const maxPortionsUnderWay = 4;
/** A batch, while nothing is known for or against a destination. */
export const firstAllowance = 100;
const maxSample = 20;
/** Some chats may always fail. */
const maxRefusedShare = 0.1;
/** Older results say nothing about the destination now. */
const maxAgeMs = 60 * 60_000;
/** By then the deliveries are due again, so their messages must be lost. */
const lostAfterMs = 15 * 60_000;

export const isRecent = ({ sentAt }: Pace, now: Date): boolean => now.getTime() - Date.parse(sentAt) < maxAgeMs;

/**
 * Undefined while most have not been attempted. The majority decides: a delivery that was lost does not stop the others.
 * @param slowMs how long it may take until most have been attempted
 */
export function lookAt(
  { sample, sentAt }: Pace,
  deliveries: readonly (Delivery | undefined)[],
  { now, slowMs }: { readonly now: Date; readonly slowMs: number },
): Seen | undefined {
  const sent = Date.parse(sentAt);
  const attempted = sample.flatMap(({ version }, at) => {
    const delivery = deliveries[at];
    // It was erased.
    if (delivery === undefined) return [{ isFailed: false, tookMs: 0 }];
    if (delivery.version === version || delivery.leaseUntil !== null) return [];
    return [{ isFailed: isFailed(delivery), tookMs: Date.parse(delivery.updatedAt) - sent }];
  });
  const most = Math.ceil(sample.length / 2);
  if (attempted.length < most) return now.getTime() - sent > lostAfterMs ? { failedShare: 1, isSlow: true } : undefined;
  const inTime = attempted.filter(({ tookMs }) => tookMs <= slowMs).length;
  const failed = attempted.filter((each) => each.isFailed).length;
  return { failedShare: failed / attempted.length, isSlow: inTime < most };
}

/** A CRM that refuses for good has answered; one that the retries gave up on has not. */
const isFailed = ({ fault }: Delivery) => fault !== null && fault !== 'permanent' && fault !== 'suspended';

/** A probe is made each minute, so one that is older says nothing. */
const maxProbeAgeMs = 2 * 60_000;
/** One bad chat does not stand for all. */
const minProbe = 5;

/** A probe has just told that nothing comes through: a new chat need not try. */
export const isStopped = ({ isAway, sentAt, sample }: Pace, now: Date): boolean =>
  isAway && sample.length >= minProbe && now.getTime() - Date.parse(sentAt) < maxProbeAgeMs;

/** Nothing comes through, so that only a few try each minute. */
export const isDown = ({ failedShare }: Seen): boolean => failedShare === 1;

/**
 * A CRM that limits calls refuses some: it is given fewer until it takes nearly all. Several portions are under way, so
 * the results of one tell of its own size and not of the present one.
 */
export function allowanceAfter({ allowance }: Pace, seen: Seen, present: number): number {
  const next = () => {
    if (isDown(seen)) return probeSize;
    if (seen.failedShare > maxRefusedShare || seen.isSlow) return Math.min(present, Math.floor(allowance * 0.9));
    return seen.failedShare > 0 ? present : Math.max(present, Math.ceil(allowance * 1.1));
  };
  return Math.min(Math.max(next(), probeSize), maxAllowance);
}

/** Several destinations share it. */
export const shareOf = (destinations: number): number => Math.max(Math.floor(maxAllowance / destinations), probeSize);

/** Spread evenly over all of them. */
export function sampleOf(sent: readonly Sent[]): readonly Sent[] {
  const size = Math.min(sent.length, maxSample);
  return Array.from({ length: size }, (_, at) => sent[Math.floor(((at + 1) * sent.length) / size) - 1]).filter(
    (each) => each !== undefined,
  );
}
