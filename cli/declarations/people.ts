import { declare, flag } from './declare.ts';
import { json, personOptions, yes } from './options.ts';

export const people = [
  declare(
    {
      name: 'export',
      description: 'Writes everything that is stored about one person, as JSON.',
      options: personOptions,
      example: ['export --email eva@example.com > eva.json', 'for an access request'],
    },
    async () => (await import('../commands/export.ts')).exportPerson,
  ),
  declare(
    {
      name: 'erase',
      description:
        'Erases one person: every chat here, on the queues too, and the notes that were written in the CRMs.',
      options: {
        ...personOptions,
        dryRun: flag('shows what would be erased, and changes nothing'),
        yes,
        json,
      },
      example: ['erase --email eva@example.com --dry-run', 'to see what there is'],
    },
    async () => (await import('../commands/erase/erase.ts')).erase,
  ),
];
