import { createHash } from 'node:crypto';
import type { Dismissal } from '../delivery/delivery.ts';
import { compress } from '../platform/compression.ts';
import type { KeepRejected } from '../receive/answers.ts';
import { expiresAt, rejectedKey, rejectedQuotaKey } from './keys.ts';
import { deleteWithBody, putWithBody, readBody } from './large-bodies.ts';
import type { Table } from './table.ts';

export type RejectedOptions = {
  readonly retentionDays: number;
  /** How many compressed bytes may be kept a day (UTC). Bodies beyond that are dropped. Null: no limit. */
  readonly dailyBytes: number | null;
  readonly now: () => Date;
};

/** Keeps refused bodies by digest: the same body sent a thousand times is one item with a count. */
export function createKeepRejected(table: Table, { retentionDays, dailyBytes, now }: RejectedOptions): KeepRejected {
  /** Counts a copy of a body that is kept already. An expired item may be half deleted, so it doesn't count. */
  async function countCopy(id: string, at: Date): Promise<boolean> {
    const { isWritten } = await table.update(rejectedKey(id), {
      update: 'SET listedAt = :at ADD copies :one',
      condition: 'expiresAt > :now',
      values: { ':at': at.toISOString(), ':one': 1, ':now': expiresAt(at, 0) },
    });
    return isWritten;
  }

  async function reserveQuota(bytes: number, at: Date): Promise<boolean> {
    if (dailyBytes === null) return true;
    const { isWritten } = await table.update(rejectedQuotaKey(at), {
      update: 'SET expiresAt = :expires ADD taken :bytes',
      condition: 'attribute_not_exists(taken) OR taken <= :left',
      values: { ':bytes': bytes, ':left': dailyBytes - bytes, ':expires': expiresAt(at, 2) },
    });
    return isWritten;
  }

  return async (body, { reason, detail, faults }) => {
    const id = createHash('sha256').update(body).digest('hex').slice(0, 32);
    const at = now();
    if (await countCopy(id, at)) return id;
    const bytes = compress(body);
    if (!(await reserveQuota(bytes.length, at))) return undefined;

    const receivedAt = at.toISOString();
    const listed = { listed: 'rejected', listedAt: receivedAt };
    const item = { ...rejectedKey(id), ...listed, reason, detail, faults, receivedAt, copies: 1 };
    await putWithBody(table, item, bytes, expiresAt(at, retentionDays));
    return id;
  };
}

export type RejectedBody = {
  readonly reason: string;
  readonly body: Uint8Array;
  readonly receivedAt: Date;
};

export function createRejectedBodies(table: Table) {
  return {
    /** @throws Error if it is listed but incomplete */
    read: async (id: string): Promise<RejectedBody | undefined> => {
      const header = await table.get(rejectedKey(id));
      if (header === undefined) return undefined;
      const body = await readBody(table, rejectedKey(id).pk);
      return { reason: String(header['reason']), body, receivedAt: new Date(String(header['receivedAt'])) };
    },
    /** Null undoes a dismissal. False if the body is not there, or there is nothing to change. */
    setDismissal: async (id: string, dismissal: Dismissal | null): Promise<boolean> => {
      const [from, to] = dismissal === null ? ['dismissed', 'rejected'] : ['rejected', 'dismissed'];
      const { isWritten } = await table.update(rejectedKey(id), {
        update: 'SET listed = :to, dismissal = :dismissal',
        condition: 'listed = :from',
        values: { ':from': from, ':to': to, ':dismissal': dismissal },
      });
      return isWritten;
    },
    remove: (id: string): Promise<void> => deleteWithBody(table, rejectedKey(id)),
  };
}
