import { afterEach, beforeEach } from '@jest/globals';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { createSystem } from './system.ts';

let running: TestTable;
/** Anew for each test. */
export let table: TestTable['table'];
export let system: ReturnType<typeof createSystem>;
beforeEach(async () => {
  running = await startTable();
  table = running.table;
  system = createSystem(table);
});
afterEach(() => running.close());
