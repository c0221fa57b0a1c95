import type { Conversation, Instant } from '../../conversation/model.ts';
import type { FollowUp } from '../port/adapter.ts';

export type FollowUpSettings = {
  readonly on?: readonly FollowUp['reason'][] | undefined;
  readonly dueInHours?: number | undefined;
  readonly lowRating?: number | undefined;
};

export type FollowUpNeeded = {
  readonly reason: FollowUp['reason'];
  /** Null if the chat has no time. */
  readonly dueAt: Instant | null;
};

const defaults = { on: ['missed', 'offline', 'lowRating'], dueInHours: 4, lowRating: 2 } as const;

/**
 * Whether a help desk's ticket stays open for a follow-up: a second ticket would duplicate it, and solving a ticket
 * before opening it again would set off triggers and surveys.
 */
export function followUpNeeded(conversation: Conversation, settings: FollowUpSettings = {}): FollowUpNeeded | null {
  const on = settings.on ?? defaults.on;
  const reason = reasonOf(conversation, settings.lowRating ?? defaults.lowRating);
  if (reason === null || !on.includes(reason)) return null;
  const ended = Date.parse(conversation.endedAt ?? conversation.startedAt ?? '');
  const due = ended + (settings.dueInHours ?? defaults.dueInHours) * 60 * 60 * 1000;
  return { reason, dueAt: Number.isNaN(due) ? null : new Date(due).toISOString() };
}

function reasonOf({ outcome, rating }: Conversation, lowRating: number): FollowUp['reason'] | null {
  if (outcome === 'missed' || outcome === 'offline') return outcome;
  return rating !== null && rating.score <= lowRating ? 'lowRating' : null;
}
