import type { CommandDefinition } from './lib/define-command.ts';

/** A command in the list. Its definition is loaded when it is called. */
export type Entry = {
  readonly name: string;
  /** Its heading in the help. */
  readonly group: 'Set up' | 'Look' | 'Act' | 'People';
  readonly argument?: string;
  readonly description: string;
  readonly load: () => Promise<CommandDefinition>;
};

export const entries: readonly Entry[] = [
  {
    name: 'init',
    group: 'Set up',
    description: 'Asks which CRM your chats go to, tries it, and writes forwarder.json.',
    load: async () => (await import('./commands/init/command.ts')).init,
  },
  {
    name: 'secret',
    group: 'Set up',
    argument: '[name]',
    description: "Stores a destination's credentials: tries them first, and shows them nowhere.",
    load: async () => (await import('./commands/secret/command.ts')).secret,
  },
  {
    name: 'doctor',
    group: 'Set up',
    description: 'Checks everything that chats need on their way, and says how to fix what is wrong.',
    load: async () => (await import('./commands/doctor/command.ts')).doctor,
  },
  {
    name: 'url',
    group: 'Set up',
    description: "The hook's full URL, and the e-mail that asks Smartsupp to post there.",
    load: async () => (await import('./commands/url/command.ts')).url,
  },
  {
    name: 'rotate-key',
    group: 'Set up',
    description: "Gives the hook's URL a new key. The old one stays valid until --retire-old.",
    load: async () => (await import('./commands/rotate-key/command.ts')).rotateKey,
  },
  {
    name: 'completion',
    group: 'Set up',
    argument: '<shell>',
    description: 'Prints what makes the Tab key complete commands and options in bash, zsh or fish.',
    load: async () => (await import('./commands/completion/command.ts')).completion,
  },
  {
    name: 'status',
    group: 'Look',
    description: 'Shows what came in, what was delivered where, and what needs attention.',
    load: async () => (await import('./commands/status/command.ts')).status,
  },
  {
    name: 'list',
    group: 'Look',
    description: 'Lists who was in a chat, when, how it ended and where it stands, newest first.',
    load: async () => (await import('./commands/list/command.ts')).list,
  },
  {
    name: 'show',
    group: 'Look',
    argument: '<who...>',
    description: 'Shows a chat, by its id or its visitor: its deliveries, every attempt, and what was said.',
    load: async () => (await import('./commands/show/command.ts')).show,
  },
  {
    name: 'tail',
    group: 'Look',
    description: 'Follows what comes in and what becomes of it, a line each, until Ctrl-C.',
    load: async () => (await import('./commands/tail/command.ts')).tail,
  },
  {
    name: 'dashboard',
    group: 'Look',
    description: 'Serves the inspector on this machine: what came, what became of it, and what to do about it.',
    load: async () => (await import('./commands/dashboard/command.ts')).dashboard,
  },
  {
    name: 'preview',
    group: 'Look',
    argument: '[files...]',
    description: 'Shows where a chat would go and every request that would be made, and makes none.',
    load: async () => (await import('./commands/preview/command.ts')).preview,
  },
  {
    name: 'replay',
    group: 'Act',
    argument: '[ids...]',
    description:
      'Sends chats again to destinations that they did not reach, once the cause is fixed. Others are left alone.',
    load: async () => (await import('./commands/replay/command.ts')).replay,
  },
  {
    name: 'dismiss',
    group: 'Act',
    argument: '<ids...>',
    description: 'Marks parked, held or rejected chats as seen: they are counted no more, and stay where they are.',
    load: async () => (await import('./commands/dismiss/command.ts')).dismiss,
  },
  {
    name: 'backfill',
    group: 'Act',
    description: 'Sends the stored chats that a new destination has not had, to that destination alone.',
    load: async () => (await import('./commands/backfill/command.ts')).backfill,
  },
  {
    name: 'import',
    group: 'Act',
    argument: '[file]',
    description: 'Brings old chats, from Smartsupp or from a file, as history: without follow-ups.',
    load: async () => (await import('./commands/import/command.ts')).importChats,
  },
  {
    name: 'restored',
    group: 'Act',
    description:
      'Tells a table that was restored to an earlier time, before it is used: nothing is then written twice.',
    load: async () => (await import('./commands/restored/command.ts')).restored,
  },
  {
    name: 'send',
    group: 'Act',
    argument: '[files...]',
    description: 'Posts chats to the hook just as Smartsupp does, and prints the answers. Without arguments, a sample.',
    load: async () => (await import('./commands/send/command.ts')).send,
  },
  {
    name: 'export',
    group: 'People',
    description: 'Writes everything that is stored about one person, as JSON.',
    load: async () => (await import('./commands/export/command.ts')).exportPerson,
  },
  {
    name: 'erase',
    group: 'People',
    description: 'Erases one person: every chat here, on the queues too, and the notes that were written in the CRMs.',
    load: async () => (await import('./commands/erase/command.ts')).erase,
  },
];
