/** Runs DynamoDB (dynalite) on disk. Arguments: its directory, and the port (0 for any). */

import { isDeepStrictEqual } from 'node:util';
import dynalite from 'dynalite';
import dynaliteDb, { type Database, type Item, type Table } from 'dynalite/db/index.js';
import { serve } from '../lib/loopback.ts';
import { endWithParent } from '../lib/processes.ts';

/**
 * Makes the indexes agree with their tables again, and returns the number of entries that differed. dynalite writes an
 * item's index entries first and then the item, so a kill in between leaves an index that is ahead of its table.
 * @param path the database's directory; no server may have it open
 */
async function repairIndexes(path: string): Promise<number> {
  const { db } = dynaliteDb.create({ path });
  // Its cause is what LevelDB says.
  await db.open().catch((error: Error) => Promise.reject(error.cause ?? error));
  try {
    let repaired = 0;
    for await (const table of db.values<Table>(startingWith('table~'))) repaired += await repairTable(db, table);
    return repaired;
  } finally {
    await db.close();
  }
}

async function repairTable(db: Database, table: Table): Promise<number> {
  const { TableName: name, GlobalSecondaryIndexes: indexes = [] } = table;
  const missing = new Map<string, Item>();
  for await (const item of db.values(startingWith(`item-${name}~`))) {
    for (const { index, key, item: entry } of dynaliteDb.getIndexActions(indexes, null, item, table).puts) {
      // Without the projected attributes that the item lacks, as it is stored.
      missing.set(`index-global~${name}~${index}~${key}`, JSON.parse(JSON.stringify(entry)));
    }
  }
  const surplus = new Set<string>();
  for await (const [key, entry] of db.iterator(startingWith(`index-global~${name}~`))) {
    if (isDeepStrictEqual(missing.get(key), entry)) missing.delete(key);
    else if (!missing.has(key)) surplus.add(key);
  }
  await db.batch([
    ...[...surplus].map((key) => ({ type: 'del', key }) as const),
    ...[...missing].map(([key, value]) => ({ type: 'put', key, value }) as const),
  ]);
  return surplus.size + missing.size;
}

/** Every prefix here ends in `~`, whose successor is the character 7f. */
const startingWith = (prefix: string) => ({ gte: prefix, lt: `${prefix.slice(0, -1)}\x7f` });

endWithParent();

const [path = '', port = '0'] = process.argv.slice(2);
const repaired = await repairIndexes(path);
const notice = repaired > 0 ? `Repaired the table's indexes after a sudden end: ${repaired} entries.` : undefined;
const immediately = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
await serve(dynalite({ path, ...immediately }), Number(port), notice);
