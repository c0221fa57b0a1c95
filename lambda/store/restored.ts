import type { Conversation, Instant } from '../conversation/model.ts';
import { expiresAt, restoredKey } from './keys.ts';
import type { Table } from './table.ts';

/** Chats went to the CRMs until the restored table was in use. That may be this long after it was marked. */
const slackMs = 24 * 60 * 60 * 1000;

/** Marks a table as restored. Deliver then looks for the note of a chat that the table does not know. */
export function createMarkRestored(table: Table, { retentionDays }: { readonly retentionDays: number }) {
  return async (to: Date, at: Date): Promise<void> => {
    const restored = { restoredTo: to.toISOString(), restoredAt: at.toISOString() };
    await table.put({ ...restoredKey, ...restored, expiresAt: expiresAt(at, retentionDays) });
  };
}

/**
 * Whether a chat that has no delivery may have been delivered all the same, and forgotten when the table was restored.
 * A process reads once whether it was: a restored table is marked before a process uses it.
 */
export function createMayBeForgotten(table: Table) {
  const read = async (): Promise<Instant | null> => {
    const { restoredAt } = (await table.get(restoredKey, { consistent: true })) ?? {};
    return typeof restoredAt === 'string' ? restoredAt : null;
  };
  let known: Promise<Instant | null> | undefined;
  return async ({ startedAt }: Pick<Conversation, 'startedAt'>): Promise<boolean> => {
    known ??= read();
    const restoredAt = await known.catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    if (restoredAt === null) return false;
    return startedAt === null || Date.parse(startedAt) < Date.parse(restoredAt) + slackMs;
  };
}
