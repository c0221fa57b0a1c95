import type { Instant, Outcome } from './model.ts';

/**
 * Where a delivery stands: `pending` (to be tried, or tried again at `nextAttemptAt`), `delivered`, `held` (the visitor
 * left no way to be recognised yet), `skipped` (a rule says that it does not go there), `parked` (an operator must look;
 * no more automatic tries).
 */
export type DeliveryState = 'pending' | 'delivered' | 'held' | 'skipped' | 'parked';

export type DeliveryStatus = {
  readonly destination: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Why it is held, skipped or parked, or why the last attempt failed; in the vendor's words, never the visitor's. */
  readonly reason: string | null;
  readonly nextAttemptAt: Instant | null;
  readonly updatedAt: Instant;
};

/** One recorded conversation with its deliveries, for people to look at. */
export type ConversationStatus = {
  readonly conversationId: string;
  readonly outcome: Outcome;
  readonly receivedAt: Instant;
  readonly deliveries: readonly DeliveryStatus[];
};
