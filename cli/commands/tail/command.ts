import { defineCommand, flag } from '../../lib/define-command.ts';

export const tail = defineCommand({
  options: { json: flag('for scripts: one object a line') },
  example: ['tail --local', 'to watch what npm start does'],
  handler: async ({ options, openDeployment }) => {
    const { tailDeployment } = await import('./tail.ts');
    await tailDeployment(await openDeployment(), options);
  },
});
