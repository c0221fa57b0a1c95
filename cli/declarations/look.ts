import { UsageError } from '../lib/terminal/errors.ts';
import {
  count,
  declare,
  destination,
  flag,
  json,
  parsed,
  sampleOption,
  since,
  statesNote,
  statesOption,
  text,
} from './declare.ts';

export const look = [
  declare(
    {
      name: 'status',
      description: 'Shows what came in, what was delivered where, and what needs attention.',
      options: { json },
      example: ['status --local', 'of the stack that npm start runs'],
    },
    async () => (await import('../commands/status/status.ts')).status,
  ),
  declare(
    {
      name: 'list',
      description: 'Lists who was in a chat, when, how it ended and where it stands, newest first.',
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
    },
    async () => (await import('../commands/list.ts')).list,
  ),
  declare(
    {
      name: 'show',
      description: 'Shows a chat, by its id or its visitor: its deliveries, every attempt, and what was said.',
      argument: [
        '<who...>',
        "a chat's id (208:55039), or its visitor's address, number or name; or a rejected body's id or its beginning",
      ],
      options: { body: flag('only the body, unchanged'), json },
      notes: ['Of several chats of a visitor the newest is shown, and the others are named.'],
      example: ['show eva@example.com', 'the latest chat of a visitor'],
    },
    async () => (await import('../commands/show/show.ts')).show,
  ),
  declare(
    {
      name: 'tail',
      description: 'Follows what comes in and what becomes of it, a line each, until Ctrl-C.',
      options: { json: flag('for scripts: one object a line') },
      example: ['tail --local', 'to watch what npm start does'],
    },
    async () => (await import('../commands/tail.ts')).tail,
  ),
  declare(
    {
      name: 'dashboard',
      description: 'Serves the inspector on this machine: what came, what became of it, and what to do about it.',
      options: {
        port: parsed('<number>', 'where it listens; else on a free port', (given): number => {
          const port = Number(given);
          if (/^\d{1,5}$/.test(given) && port > 0 && port < 65_536) return port;
          throw new UsageError('Give a number from 1 to 65535.');
        }),
      },
      notes: [
        'It listens on 127.0.0.1 only, and opens only at its address, which is another at each start. It reads and acts ' +
          'with your own credentials for AWS, as the commands do: list, show, replay, dismiss, erase.',
      ],
      example: ['dashboard --stage dev', 'for the stage dev on AWS'],
    },
    async () => (await import('../commands/dashboard/dashboard.ts')).dashboard,
  ),
  declare(
    {
      name: 'preview',
      description: 'Shows where a chat would go and every request that would be made, and makes none.',
      argument: [
        '[files...]',
        "hook bodies as Smartsupp posts them; show ID --body writes a chat's; - for standard input",
      ],
      options: {
        sample: sampleOption('one of ours'),
        html: flag('a page with the transcript as CRMs show it, for a browser'),
        destination,
        json,
      },
      example: ['preview --sample answered', 'what your forwarder.json makes of a chat'],
    },
    async () => (await import('../commands/preview/preview.ts')).preview,
  ),
];
