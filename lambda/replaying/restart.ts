import type { Instant } from '../conversation/model.ts';
import { type Delivery, reopen } from '../delivering/ledger.ts';

export type Restart =
  | { readonly kind: 'restarted'; readonly delivery: Delivery }
  /** Not to be touched now; `why` completes a sentence that begins with the delivery. */
  | { readonly kind: 'left'; readonly why: string };

/**
 * A delivery as it is to be written so that it is attempted anew: as often and as long as a new one, and with all that
 * is known of what the CRM holds, so that nothing is made twice. What was delivered is written over once more.
 */
export function restart(known: Delivery, now: Date): Restart {
  if (isAhead(known.leaseUntil, now)) return { kind: 'left', why: 'is being delivered at this moment' };
  // Its message is on the queue; if it was lost, the sweep finds that out.
  if (known.state === 'pending' && !isAhead(known.nextAttemptAt, now)) {
    return { kind: 'left', why: 'is on its way already' };
  }
  return {
    kind: 'restarted',
    delivery: {
      ...reopen(known, now),
      loggedHash: known.state === 'delivered' ? null : known.loggedHash,
      // A lease that ran out belonged to an attempt that died, who knows how far it had come.
      inDoubt: known.inDoubt || known.leaseUntil !== null,
    },
  };
}

const isAhead = (instant: Instant | null, now: Date): boolean =>
  instant !== null && Date.parse(instant) > now.getTime();
