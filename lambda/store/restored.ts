import { createHash } from 'node:crypto';
import type { Conversation, Instant } from '../conversation/model.ts';
import { expiresAt, personPrefix, restoredKey } from './keys.ts';
import { type Table, textIn } from './table.ts';

/** The old table may have stayed in use this long after the restored one was marked. */
const slackMs = 24 * 60 * 60 * 1000;

/** Marks a table as restored. Deliver then looks for the note of a chat that the table does not know. */
export function createMarkRestored(table: Table, { retentionDays }: { readonly retentionDays: number }) {
  return async (to: Date, at: Date): Promise<void> => {
    const restored = { restoredTo: to.toISOString(), restoredAt: at.toISOString() };
    await table.put({ ...restoredKey, ...restored, expiresAt: expiresAt(at, retentionDays) });
  };
}

/**
 * Whether a chat without a delivery may have been delivered all the same, and forgotten when the table was restored.
 * Reads the mark once per process, because a restored table is marked before a process uses it.
 */
export function createMayBeForgotten(table: Table) {
  let mark: { readonly restoredAt: Instant | undefined } | undefined;
  return async ({ startedAt }: Pick<Conversation, 'startedAt'>): Promise<boolean> => {
    mark ??= { restoredAt: textIn((await table.get(restoredKey))?.['restoredAt']) };
    const { restoredAt } = mark;
    if (restoredAt === undefined) return false;
    return startedAt === null || Date.parse(startedAt) < Date.parse(restoredAt) + slackMs;
  };
}

/** A table can be restored to any time of the last 35 days. */
const journalDays = 36;

/**
 * Records which partitions were erased, without an address or a number. The journal is a table of its own, because it
 * must not be restored.
 */
export function createErasureJournal(journal: Table) {
  return {
    /** Call this before the partition is deleted: a repeated erasure records it once more. */
    record: async (partition: string, at: Date): Promise<void> => {
      const erasedAt = at.toISOString();
      await journal.put({ pk: journalName(partition), sk: 'ERASED', erasedAt, expiresAt: expiresAt(at, journalDays) });
    },
    /** Names as from `journalName`. */
    since: async function* (since: Date): AsyncGenerator<{ readonly name: string; readonly erasedAt: Instant }> {
      const items = journal.scan({
        filter: 'erasedAt >= :since',
        values: { ':since': since.toISOString() },
        attributes: ['pk', 'erasedAt'],
      });
      for await (const { pk, erasedAt } of items) yield { name: String(pk), erasedAt: String(erasedAt) };
    },
  };
}

/** A partition's name in the journal. A person's partition holds an address or a number, so it gets a digest. */
export const journalName = (partition: string): string =>
  partition.startsWith(personPrefix) ? `DIGEST#${createHash('sha256').update(partition).digest('hex')}` : partition;
