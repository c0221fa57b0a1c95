import type { Delivery } from '../delivering/ledger.ts';

type Attempt = Delivery['earlier'][number];

type Packed = Pick<Attempt, 'at' | 'outcome'> & Partial<Attempt>;

/**
 * Attempts as they lie in the table, where every kilobyte of an item costs one unit more at each write: without what is
 * null, and with a reason only where it is not that of the attempt before. None take no room at all.
 */
export function packAttempts(attempts: readonly Attempt[]): readonly Packed[] | undefined {
  if (attempts.length === 0) return undefined;
  return attempts.map(({ at, durationMs, outcome, fault, reason }, index) => ({
    at,
    outcome,
    ...(durationMs !== null && { durationMs }),
    ...(fault !== null && { fault }),
    ...(reason !== (attempts[index - 1]?.reason ?? null) && { reason }),
  }));
}

/** The attempts in what `packAttempts` made; release 0.1 kept none. */
export function unpackAttempts(packed: unknown): readonly Attempt[] {
  if (!Array.isArray(packed)) return [];
  let last: string | null = null;
  return packed.filter(isPacked).map(({ at, outcome, durationMs = null, fault = null, reason = last }) => {
    last = reason;
    return { at, durationMs, outcome, fault, reason };
  });
}

const isPacked = (value: unknown): value is Packed =>
  typeof value === 'object' && value !== null && 'at' in value && 'outcome' in value;
