/** Runs DynamoDB (dynalite) on disk. Arguments: its directory, and the port (0 for any). */
import dynalite from 'dynalite';
import { endWithParent } from '../lib/processes.ts';
import { serve } from './serve.ts';

endWithParent();

const [path = '', port = '0'] = process.argv.slice(2);
const immediately = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
await serve(dynalite({ path, ...immediately }), Number(port));
