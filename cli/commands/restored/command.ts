import { defineCommand, json, requiredText, yes } from '../../lib/define-command.ts';
import { since } from '../../lib/filter-options.ts';
import { confirm } from '../../lib/terminal/ask.ts';
import { CliError, UsageError } from '../../lib/terminal/errors.ts';
import { plural, print, printJson } from '../../lib/terminal/output.ts';
import { type Restored, TableInUse, tellRestored } from './tell-restored.ts';

export const restored = defineCommand({
  options: {
    table: requiredText('<name>', 'the restored table; no stack may use it yet'),
    since: { ...since, description: 'the time to which it was restored: a date and time, or 2h', isRequired: true },
    yes,
    json,
  },
  notes: [
    'What was erased since is erased again. Every delivery is left in doubt: before anything is written for it, its note is ' +
      'looked for in the CRM, and a chat that comes again and that the table does not know, too. Safe to repeat.',
  ],
  example: ['restored --table NAME --since 2026-05-01T09:30', 'before it is taken over'],
  handler: async ({ options, openDeployment }) => {
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
  },
});

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
