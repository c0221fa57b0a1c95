import type { Command } from 'commander';
import { createRecords } from '../../../lambda/store/records.ts';
import { createListWaiting } from '../../../lambda/store/waiting.ts';
import { openDeployment } from '../../lib/deployment/deployment.ts';
import { type State, states } from '../../lib/filters.ts';
import {
  countOption,
  destinationOption,
  example,
  jsonOption,
  sinceOption,
  statesHelp,
  statesOption,
} from '../../lib/options.ts';
import { findRows, findRowsOf } from '../../lib/rows.ts';
import { note, print, printJson } from '../../lib/terminal/output.ts';
import { rowsTable } from '../../lib/rows-table.ts';
import { createTimes } from '../../lib/terminal/time.ts';
import { timezoneOf } from '../../lib/timezone.ts';

type Options = {
  readonly state?: readonly State[];
  readonly destination?: string;
  readonly since?: Date;
  readonly email?: string;
  readonly limit: number;
  readonly json?: true;
};

export function list(program: Command): void {
  program
    .command('list')
    .description('Lists where chats stand, newest first.')
    .addOption(statesOption('only these'))
    .addOption(destinationOption())
    .addOption(sinceOption())
    .option('--email <address>', 'only chats of the visitor with this address')
    .addOption(countOption('--limit <count>', 'at most so many').default(20))
    .addOption(jsonOption())
    .addHelpText('after', statesHelp)
    .addHelpText('after', example('list --state parked,rejected --since 3d', 'what an operator must look at'))
    .action(async (options: Options, command: Command) => {
      const deployment = await openDeployment(command);
      const { table } = deployment;
      const { email, limit, destination, since } = options;
      const filter = { states: new Set(options.state ?? states), destination, since, reason: undefined };
      const records = createRecords(table);
      const rows =
        email === undefined
          ? await findRows({ records, waitingHooks: createListWaiting(table) }, filter, limit)
          : await findRowsOf(records, email, filter, limit);
      if (options.json) return printJson(rows);
      if (rows.length === 0) return note('Nothing of that kind is there.');
      print(rowsTable(rows, createTimes(timezoneOf(deployment), new Date())));
      if (rows.length === limit) note(`\nThese are the newest ${limit}; --limit shows more.`);
    });
}
