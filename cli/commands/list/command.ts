import { createRecords } from '../../../lambda/store/records.ts';
import { createListSpooled } from '../../../lambda/store/spool.ts';
import { count, defineCommand, json, text } from '../../lib/define-command.ts';
import { destination, since, states, statesNote, statesOption } from '../../lib/filters.ts';
import { findRows, findRowsOf, rowsTable } from '../../lib/rows.ts';
import { note, print, printJson } from '../../lib/terminal/output.ts';
import { createTimes } from '../../lib/terminal/time.ts';
import { timezoneOf } from '../../lib/timezone.ts';

export const list = defineCommand({
  options: {
    state: statesOption('only these'),
    destination,
    since,
    email: text('<address>', 'only chats of the visitor with this address'),
    limit: count('<count>', 'the maximum number', 20),
    json,
  },
  notes: [statesNote],
  example: ['list --state parked,rejected --since 3d', 'what needs attention'],
  handler: async ({ options, openDeployment }) => {
    const deployment = await openDeployment();
    const { table } = deployment;
    const { email, limit, destination, since } = options;
    const filter = { states: new Set(options.state ?? states), destination, since, reason: undefined };
    const records = createRecords(table);
    const rows =
      email === undefined
        ? await findRows({ records, spooledHooks: createListSpooled(table) }, filter, limit)
        : await findRowsOf(records, email, filter, limit);
    if (options.json) return printJson(rows);
    if (rows.length === 0) return note('Nothing matches.');
    print(rowsTable(rows, createTimes(timezoneOf(deployment), new Date())));
    if (rows.length === limit) note(`\nThese are the newest ${limit}; --limit shows more.`);
  },
});
