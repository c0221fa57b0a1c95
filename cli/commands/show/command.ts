import { defineCommand, flag, json } from '../../lib/define-command.ts';

export const show = defineCommand({
  argument:
    "a chat's id (208:55039), or its visitor's address, number or name; or a rejected body's id or its beginning",
  options: { body: flag('only the body, unchanged'), json },
  notes: ['Of several chats of a visitor the newest is shown, and the others are named.'],
  example: ['show eva@example.com', 'the latest chat of a visitor'],
  handler: async ({ args, options, openDeployment }) => {
    const { showOne } = await import('./show.ts');
    await showOne(await openDeployment(), args.join(' ').trim(), options);
  },
});
