import { createHash } from 'node:crypto';
import type { Instant } from '../conversation/model.ts';
import { expiresAt, personPrefix } from './keys.ts';
import type { Table } from './table.ts';

/** A table can be restored to any time of the last 35 days. */
const days = 36;

/** The partitions that were erased, without an address or a number. It is a table of its own: it must not be restored. */
export function createErasureJournal(journal: Table) {
  return {
    /** Call it before the partition is deleted: an erasure that is repeated writes it once more. */
    record: async (partition: string, at: Date): Promise<void> => {
      const erasedAt = at.toISOString();
      await journal.put({ pk: journalName(partition), sk: 'ERASED', erasedAt, expiresAt: expiresAt(at, days) });
    },
    /** Names as from `journalName`. */
    since: async function* (since: Date): AsyncGenerator<{ readonly name: string; readonly erasedAt: Instant }> {
      const items = journal.scan({
        filter: 'erasedAt >= :since',
        values: { ':since': since.toISOString() },
        attributes: 'pk, #at',
        names: { '#at': 'erasedAt' },
      });
      for await (const { pk, erasedAt } of items) yield { name: String(pk), erasedAt: String(erasedAt) };
    },
  };
}

/** A partition's name in the journal. A person's partition holds an address or a number, so it gets a digest. */
export const journalName = (partition: string): string =>
  partition.startsWith(personPrefix) ? `DIGEST#${createHash('sha256').update(partition).digest('hex')}` : partition;
