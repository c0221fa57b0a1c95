import { defineCommand, flag, json } from '../../lib/define-command.ts';
import { since } from '../../lib/filter-options.ts';
import { UsageError } from '../../lib/terminal/errors.ts';
import { importFile } from './import-file.ts';
import { importSince } from './import-history.ts';

export const importChats = defineCommand({
  argument: 'JSON lines: on each line one chat, as Smartsupp posted it to a hook',
  options: {
    since,
    dryRun: flag('counts them, and changes nothing'),
    yes: flag('does not ask for confirmation'),
    json,
  },
  notes: [
    'Imported chats get contacts and notes, and no follow-ups unless they ended within the last day. What is here already ' +
      'is left alone, so an import can be repeated, and an interrupted one goes on where it stopped. Refused lines of a file are listed, and ' +
      'written to <file>.refused.',
  ],
  example: ['import --since 2024-01-01 --dry-run', 'to see what Smartsupp still has'],
  handler: async ({ args: [file, ...others], options, where: { local }, openDeployment }) => {
    const { since } = options;
    if (others.length > 0 || (file === undefined) === (since === undefined)) {
      throw new UsageError('Give one file, or --since for what Smartsupp still has.');
    }
    if (since !== undefined) return importSince(since, await openDeployment(), { ...options, local });
    if (file !== undefined) await importFile(file, await openDeployment(), options);
  },
});
