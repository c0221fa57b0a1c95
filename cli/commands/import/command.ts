import { defineCommand, flag, json } from '../../lib/define-command.ts';
import { UsageError } from '../../lib/terminal/errors.ts';
import { importFile } from './import-file.ts';

export const importChats = defineCommand({
  argument: 'JSON lines: on each line one chat, as Smartsupp posted it to a hook',
  options: {
    dryRun: flag('counts them, and changes nothing'),
    yes: flag('does not ask for confirmation'),
    json,
  },
  notes: [
    'Imported chats get contacts and notes, and no follow-ups: nobody waits for an answer any more. What is here already ' +
      'is left alone, so the same file can be imported again, and an interrupted import goes on where it stopped. Refused lines are listed, and ' +
      'written to <file>.refused.',
  ],
  example: ['import chats.jsonl --dry-run', 'to see what a file would bring'],
  handler: async ({ args: [file, ...others], options, openDeployment }) => {
    if (file === undefined || others.length > 0) throw new UsageError('Give one file.');
    await importFile(file, await openDeployment(), options);
  },
});
