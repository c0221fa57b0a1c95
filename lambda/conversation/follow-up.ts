import type { Conversation, Instant } from './model.ts';

export type FollowUpReason = 'missed' | 'offline' | 'lowRating';

export type FollowUpSettings = {
  readonly on?: readonly FollowUpReason[] | undefined;
  readonly dueInHours?: number | undefined;
  /** The highest rating that counts as low. */
  readonly lowRating?: number | undefined;
};

const allReasons: readonly FollowUpReason[] = ['missed', 'offline', 'lowRating'];

/** Why somebody has to come back to the visitor; null if nobody has to. */
export function followUpNeeded(
  { outcome, rating }: Conversation,
  { on = allReasons, lowRating = 2 }: FollowUpSettings = {},
): FollowUpReason | null {
  const isRatedLow = rating !== null && rating.score <= lowRating;
  const reason = outcome === 'missed' || outcome === 'offline' ? outcome : isRatedLow ? 'lowRating' : null;
  return reason !== null && on.includes(reason) ? reason : null;
}

/** @param otherwise the end of a chat that has no time */
export function followUpDueAt(
  { startedAt, endedAt }: Conversation,
  { dueInHours = 4 }: FollowUpSettings = {},
  otherwise: Date,
): Instant {
  const ended = Date.parse(endedAt ?? startedAt ?? '');
  return new Date((Number.isNaN(ended) ? otherwise.getTime() : ended) + dueInHours * 60 * 60 * 1000).toISOString();
}
