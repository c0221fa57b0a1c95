import { restore } from '../../../lambda/delivery/state-machine.ts';
import { createErasure, createErasureJournal, journalName } from '../../../lambda/store/erasure.ts';
import {
  beginningPrefix,
  chatPartition,
  conversationIdOf,
  deliveryPrefix,
  personPrefix,
} from '../../../lambda/store/keys.ts';
import { readDelivery } from '../../../lambda/store/ledger.ts';
import { createMarkRestored } from '../../../lambda/store/restored.ts';
import { collect, type Item, type Table } from '../../../lambda/store/table.ts';
import { mapInOrder } from '../../lib/parallel.ts';

export type Restored = {
  /** Deliveries whose note is looked for before anything is written. */
  readonly inDoubt: number;
  /** Chats that were erased since, whether the table has them or not. */
  readonly erasedChats: number;
  /** Other items of erased people that the table had again: bodies, and contacts in the CRMs. */
  readonly erasedOthers: number;
};

type RestoredDependencies = {
  readonly table: Table;
  readonly erasures: Table;
  readonly retentionDays: number;
  readonly now: () => Date;
};

/** The maximum difference between the clocks of operators' machines and AWS's. */
const slackMs = 60 * 60_000;

/** A function writes to the table already, so what it does cannot be told from what it did before. */
export class TableInUse extends Error {
  override readonly name = 'TableInUse';
}

/**
 * Tells a table that it was restored to an earlier time, before a stack uses it. What was erased since is erased again; every
 * delivery is left in doubt, because its note may have been written since. Safe to repeat.
 */
export async function tellRestored(
  to: Date,
  { table, erasures, retentionDays, now }: RestoredDependencies,
): Promise<Restored> {
  await createMarkRestored(table, { retentionDays })(to, now());
  const journal = createErasureJournal(erasures).since(new Date(to.getTime() - slackMs));
  const erased = new Set((await collect(journal)).map(({ name }) => name));
  const { end } = createErasure(table, now);
  let erasedChats = 0;
  let erasedOthers = 0;
  let inDoubt = 0;
  for (const name of erased) {
    const conversationId = conversationIdOf(name);
    if (conversationId === undefined) erasedOthers += await deletePartition(name);
    else {
      await end(conversationId);
      erasedChats += 1;
    }
  }
  for await (const what of mapInOrder(deliveriesAndWho(table), tell)) {
    if (what === 'erased') erasedOthers += 1;
    if (what === 'in doubt') inDoubt += 1;
  }
  return { inDoubt, erasedChats, erasedOthers };

  async function deletePartition(pk: string): Promise<number> {
    const items = await collect(table.query({ where: 'pk = :pk', values: { ':pk': pk }, consistent: true }));
    for (const { sk } of items) await table.delete({ pk, sk: String(sk) });
    return items.length;
  }

  async function tell(item: Item): Promise<'erased' | 'in doubt' | 'left'> {
    const key = { pk: String(item['pk']), sk: String(item['sk']) };
    const delivery = readDelivery(item);
    if (delivery === undefined) {
      // What recognises a chat is not in the chat's partition.
      const partition = key.pk.startsWith(beginningPrefix) ? chatPartition(String(item['conversationId'])) : key.pk;
      if (!erased.has(journalName(partition))) return 'left';
      await table.delete(key);
      return 'erased';
    }
    if (delivery.inDoubt && delivery.leaseUntil === null) return 'left';
    // Not by the ledger, which would let it expire later.
    const { isWritten } = await table.update(key, {
      update: 'SET delivery = :delivery',
      condition: 'delivery.version = :version',
      values: { ':delivery': restore(delivery), ':version': delivery.version },
    });
    if (!isWritten) throw new TableInUse();
    return 'in doubt';
  }
}

/** Deliveries, persons, and by what chats are recognised. */
const deliveriesAndWho = (table: Table): AsyncIterable<Item> =>
  table.scan({
    filter: 'begins_with(sk, :delivery) OR begins_with(pk, :person) OR begins_with(pk, :beginning)',
    values: { ':delivery': deliveryPrefix, ':person': personPrefix, ':beginning': beginningPrefix },
    attributes: 'pk, sk, conversationId, #delivery',
    names: { '#delivery': 'delivery' },
  });
