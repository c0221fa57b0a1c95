import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../delivery/delivery.ts';
import { postpone } from '../delivery/state-machine.ts';

export type HeldLease = {
  readonly delivery: Delivery;
  /** Gives the lease back. */
  readonly write: (delivery: Delivery) => Promise<unknown>;
  readonly deadline: Date;
  readonly now: () => Date;
};

/** No call of a CRM lasts until then. */
const reserveMs = 5_000;

/** The function is about to be stopped, and its death would look like the chat's fault. */
class TableTooSlow extends Error {
  override readonly name = 'TableTooSlow';
  constructor() {
    super('The table was too slow: the time of this invocation is over. The chat comes back.');
  }
}

/**
 * Works while this process holds a lease, and gives the lease back if the table fails or takes too long: one that runs out
 * counts as a crash. The table's errors come before a note is written; after too long, nobody knows.
 */
export async function whileLeased<T>(
  { delivery, write, deadline, now }: HeldLease,
  work: () => Promise<T>,
): Promise<T> {
  const watch = new AbortController();
  const leftMs = Math.max(deadline.getTime() - reserveMs - now().getTime(), 0);
  const late = sleep(leftMs, undefined, { signal: watch.signal, ref: false }).then(() => {
    throw new TableTooSlow();
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    const back = postpone(delivery, now(), { until: now() });
    const inDoubt = back.inDoubt || error instanceof TableTooSlow;
    await write({ ...back, inDoubt }).catch(() => {});
    throw error;
  } finally {
    watch.abort();
  }
}
