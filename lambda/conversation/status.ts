/**
 * `pending`: to be attempted at `nextAttemptAt`; `delivered`; `held`: nothing identifies the visitor yet; `skipped`: a
 * rule excludes it; `parked`: no more automatic attempts, an operator must look.
 */
export type DeliveryState = 'pending' | 'delivered' | 'held' | 'skipped' | 'parked';
