import { defineCommand, parsed } from '../../lib/define-command.ts';
import { UsageError } from '../../lib/terminal/errors.ts';

export const dashboard = defineCommand({
  options: {
    port: parsed('<number>', 'where it listens; else on a free port', (given): number => {
      const port = Number(given);
      if (/^\d{1,5}$/.test(given) && port > 0 && port < 65_536) return port;
      throw new UsageError('Give a number from 1 to 65535.');
    }),
  },
  notes: [
    'It listens on 127.0.0.1 only, and opens for who has its address, which is another at each start. What it shows and ' +
      'does, it does with your own credentials for AWS, as the commands do: list, show, replay, dismiss, erase.',
  ],
  example: ['dashboard --stage dev', 'for the stage dev on AWS'],
  handler: async ({ options, openDeployment }) => {
    const { serveDashboard } = await import('./serve.ts');
    await serveDashboard(await openDeployment(), options);
  },
});
