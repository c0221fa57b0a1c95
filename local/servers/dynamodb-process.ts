/** Runs DynamoDB (dynalite) on disk. Arguments: its directory, and the port (0 for any). */
import dynalite from 'dynalite';
import { endWithParent } from '../lib/processes.ts';
import { repairIndexes } from './repair-indexes.ts';
import { serve } from './serve.ts';

endWithParent();

const [path = '', port = '0'] = process.argv.slice(2);
const repaired = await repairIndexes(path);
const notice = repaired > 0 ? `Repaired the table's indexes after a sudden end: ${repaired} entries.` : undefined;
const immediately = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
await serve(dynalite({ path, ...immediately }), Number(port), notice);
