import { createRecords } from '../../lambda/store/records.ts';
import { createListSpooled } from '../../lambda/store/spool.ts';
import type { Deployment, Invocation } from '../lib/deployment/deployment.ts';
import { findRows, findRowsOf, type Row, withVisitors } from '../lib/rows.ts';
import { type State, states } from '../lib/states.ts';
import { rowsTable } from '../lib/table.ts';
import { UsageError } from '../lib/terminal/errors.ts';
import { untilInterrupted } from '../lib/terminal/interrupt.ts';
import { dim, note, print, printJson } from '../lib/terminal/output.ts';
import { createTimes, timezoneOf } from '../lib/time.ts';

type Options = {
  readonly state: readonly State[] | undefined;
  readonly destination: string | undefined;
  readonly since: Date | undefined;
  readonly email: string | undefined;
  readonly limit: number;
  readonly watch: boolean;
  readonly json: boolean;
};

export async function list({ options, openDeployment }: Invocation<Options>): Promise<void> {
  await (options.watch ? watchRows : listRows)(await openDeployment(), options);
}

async function listRows(deployment: Deployment, options: Options): Promise<void> {
  const rows = await read(deployment, options);
  if (options.json) return printJson(rows);
  if (rows.length === 0) return note('Nothing matches.');
  print(rowsTable(rows, createTimes(timezoneOf(deployment), new Date())));
  if (rows.length === options.limit) note(`\nThese are the newest ${options.limit}; --limit shows more.`);
}

const watchMs = 2000;
const clearScreen = '\u001b[H\u001b[2J\u001b[3J';

async function watchRows(deployment: Deployment, options: Options): Promise<void> {
  if (!process.stdout.isTTY || options.json) {
    throw new UsageError(`--watch is for a terminal. For a pipe there is ${deployment.commandLine('tail')}.`);
  }
  const timezone = timezoneOf(deployment);
  await untilInterrupted(watchMs, async () => {
    const rows = await read(deployment, options);
    const times = createTimes(timezone, new Date());
    const text = rows.length === 0 ? 'Nothing matches.' : rowsTable(rows, times);
    // Cut to the screen: what scrolls out of it cannot be cleared.
    const lines = text.split('\n').slice(0, process.stdout.rows - 3);
    const at = times.exact(new Date().toISOString());
    process.stdout.write(`${clearScreen}${dim(`${deployment.name}  ${at}  Ctrl-C ends it`)}\n\n${lines.join('\n')}\n`);
  });
}

async function read(deployment: Deployment, options: Options): Promise<readonly Row[]> {
  const { table } = deployment;
  const { state, email, limit, destination, since } = options;
  const filter = { states: new Set(state ?? states), destination, since, reason: undefined };
  const records = createRecords(table);
  const rows =
    email === undefined
      ? await findRows({ records, spooledHooks: createListSpooled(table) }, filter, limit)
      : await findRowsOf(records, email, filter, limit);
  return withVisitors(table, rows);
}
