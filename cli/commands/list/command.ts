import { count, defineCommand, flag, json, text } from '../../lib/define-command.ts';
import { destination, since, statesNote, statesOption } from '../../lib/filter-options.ts';

export const list = defineCommand({
  options: {
    state: statesOption('only these'),
    destination,
    since,
    email: text('<address>', 'only chats of the visitor with this address'),
    limit: count('<count>', 'the maximum number', 20),
    watch: flag('shows the list anew every two seconds, until Ctrl-C'),
    json,
  },
  notes: [statesNote],
  example: ['list --state parked,rejected --since 3d', 'what needs attention'],
  handler: async ({ options, openDeployment }) => {
    const { listRows, watchRows } = await import('./list.ts');
    await (options.watch ? watchRows : listRows)(await openDeployment(), options);
  },
});
