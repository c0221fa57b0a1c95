import type { Command } from 'commander';
import { createRecords } from '../../../lambda/store/records.ts';
import { openDeployment } from '../../lib/deployment/deployment.ts';
import { example, jsonOption } from '../../lib/options.ts';
import { readOverview } from './overview.ts';
import { overviewText } from './text.ts';
import { print, printJson } from '../../lib/terminal/output.ts';
import { createTimes } from '../../lib/terminal/time.ts';
import { timezoneOf } from '../../lib/timezone.ts';

type Options = { readonly json?: true };

export function status(program: Command): void {
  program
    .command('status')
    .description('Says how matters stand: what came, what arrived where, and what needs you.')
    .addOption(jsonOption())
    .addHelpText('after', example('status --local', 'of the stack that npm start runs'))
    .action(async ({ json }: Options, command: Command) => {
      const deployment = await openDeployment(command);
      const now = new Date();
      const overview = await readOverview(deployment, createRecords(deployment.table), now);
      if (json) printJson({ deployment: deployment.name, at: now.toISOString(), ...overview });
      else print(overviewText(deployment, overview, { at: now, times: createTimes(timezoneOf(deployment), now) }));
    });
}
