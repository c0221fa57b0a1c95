/** Runs DynamoDB (dynalite) on disk. Arguments: its directory, and the port (0 for any). */
import dynalite from 'dynalite';
import { listenAndReport } from '../lib/listen.ts';
import { endWithParent } from '../lib/processes.ts';

endWithParent();

const [path = '', port = '0'] = process.argv.slice(2);
const immediately = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
await listenAndReport(dynalite({ path, ...immediately }), Number(port));
