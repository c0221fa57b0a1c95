import type { Instant, Outcome } from './model.ts';

/**
 * `pending`: to be attempted at `nextAttemptAt`; `delivered`; `held`: nothing identifies the visitor yet; `skipped`: a
 * rule excludes it; `parked`: no more automatic attempts, an operator must look.
 */
export type DeliveryState = 'pending' | 'delivered' | 'held' | 'skipped' | 'parked';

export type DeliveryStatus = {
  readonly destination: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Why it is held, skipped or parked, or why the last attempt failed. The vendor's words, never the visitor's. */
  readonly reason: string | null;
  readonly nextAttemptAt: Instant | null;
  readonly updatedAt: Instant;
};

export type ConversationStatus = {
  readonly conversationId: string;
  readonly outcome: Outcome;
  readonly receivedAt: Instant;
  readonly deliveries: readonly DeliveryStatus[];
};
