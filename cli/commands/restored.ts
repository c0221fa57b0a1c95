import { restore } from '../../lambda/delivery/state-machine.ts';
import { createErasure } from '../../lambda/store/erasure.ts';
import {
  beginningPrefix,
  chatPartition,
  conversationIdOf,
  deliveryPrefix,
  personPrefix,
} from '../../lambda/store/keys.ts';
import { readDelivery } from '../../lambda/store/lists.ts';
import { createErasureJournal, createMarkRestored, journalName } from '../../lambda/store/restored.ts';
import { collect, deleteFound, type Item, type Table } from '../../lambda/store/table.ts';
import type { Invocation } from '../lib/deployment/deployment.ts';
import { mapInOrder } from '../lib/parallel.ts';
import { confirm } from '../lib/terminal/ask.ts';
import { CliError, UsageError } from '../lib/terminal/errors.ts';
import { plural, print, printJson } from '../lib/terminal/output.ts';

type Options = {
  readonly table: string;
  readonly since: Date | undefined;
  readonly yes: boolean;
  readonly json: boolean;
};

export async function restored({ options, openDeployment }: Invocation<Options>): Promise<void> {
  const { table: name, since: to } = options;
  if (to === undefined || to > new Date()) throw new UsageError('Give --since: a time that has passed.');
  const { outputs, erasures, tableNamed, config } = await openDeployment();
  if (name === outputs.TableName) {
    throw new CliError(
      `The stack uses the table ${name} already. Run this before the stack takes a restored table over: see docs/runbook.md#restore-the-table.`,
    );
  }
  await confirm(`Tell the table ${name} that it was restored to ${to.toISOString()}`, options);
  const { retentionDays } = config();
  const tables = { table: tableNamed(name), erasures };
  const result = await tellRestored(to, { ...tables, retentionDays, now: () => new Date() }).catch((error: unknown) =>
    refuse(error, name),
  );
  if (options.json) printJson(result);
  else print(resultText(result, name));
}

const resultText = ({ inDoubt, erasedChats, erasedOthers }: Restored, name: string): string =>
  [
    `${plural(inDoubt, 'delivery', 'deliveries')} left in doubt: their notes are looked for before anything is written.`,
    `Erased again: ${plural(erasedChats, 'chat')}, ${plural(erasedOthers, 'other item')}.`,
    `Take the table over: npx cdk deploy -c table=${name}`,
  ].join('\n');

function refuse(error: unknown, name: string): never {
  if (error instanceof TableInUse) {
    throw new CliError(`Something writes to the table ${name} at this moment. Stop that, then run this again.`);
  }
  if (error instanceof Error && error.name === 'ResourceNotFoundException') {
    throw new CliError(`There is no table ${name} in this account and region. Is it still being restored?`);
  }
  throw error;
}

type Restored = {
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
class TableInUse extends Error {
  override readonly name = 'TableInUse';
}

/**
 * Tells a table that it was restored to an earlier time, before a stack uses it. Everything erased since is erased again; every
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
    if (conversationId === undefined) erasedOthers += await deleteFound(table, { partition: name });
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

  async function tell(item: Item): Promise<'erased' | 'in doubt' | 'left'> {
    const key = { pk: String(item['pk']), sk: String(item['sk']) };
    const delivery = readDelivery(item);
    if (delivery === undefined) {
      // The items by which a chat is recognised are not in the chat's partition.
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
    attributes: ['pk', 'sk', 'conversationId', 'delivery'],
  });
