import {
  declare,
  destination,
  dryRun,
  flag,
  json,
  personOptions,
  requiredText,
  sampleOption,
  since,
  statesNote,
  statesOption,
  text,
  yes,
} from './declare.ts';

export const act = [
  declare(
    {
      name: 'replay',
      description:
        'Sends chats again to destinations that they did not reach, once the cause is fixed. Others are left alone.',
      argument: ['[ids...]', 'chats, or rejected bodies'],
      options: {
        state: statesOption('in these states; parked and rejected if none is given'),
        reason: text('<text>', 'whose reason contains this text'),
        since,
        destination,
        all: flag('everything that is parked or rejected'),
        deadLetters: flag('puts the dead letters back on the queue'),
        dryRun: flag('shows what would be sent, and changes nothing'),
        yes: flag('does not ask, even for many chats or for those that have arrived'),
        json,
      },
      notes: [
        'Nothing is written twice in the CRM. A chat that has arrived everywhere is sent again only if you name it, or ' +
          'give --state delivered, and confirm: its note is overwritten, or created again if somebody has deleted it.',
        statesNote,
      ],
      example: ['replay --state parked --reason "no such property"', 'after fixing a field'],
    },
    async () => (await import('../commands/replay/replay.ts')).replay,
  ),
  declare(
    {
      name: 'dismiss',
      description: 'Marks parked, held or rejected chats as seen: they are counted no more, and stay where they are.',
      argument: ['<ids...>', 'of chats (208:55039), or of rejected bodies or their beginnings; see list'],
      options: {
        reason: text('<text>', 'why nothing needs to be done; it is kept, so name no person'),
        destination,
        undo: flag('they are parked, held or rejected again'),
        json,
      },
      notes: [
        'Dismissed chats are kept as long as before, listed by list --state dismissed, and sent again only by replay with ' +
          'their id. A newer copy of the chat is delivered as usual.',
      ],
      example: ['dismiss 208:55039 --reason "a test of ours"', 'for a chat that the CRM need not have'],
    },
    async () => (await import('../commands/dismiss.ts')).dismiss,
  ),
  declare(
    {
      name: 'backfill',
      description: 'Sends the stored chats that a new destination has not had, to that destination alone.',
      options: {
        destination: requiredText('<name>', 'the new one; it must be deployed'),
        since,
        dryRun,
        yes,
        json,
      },
      notes: ['No follow-ups are made for them: nobody waits for an answer any more.'],
      example: ['backfill --destination hubspot --since 2026-01-01', 'for the chats of a year'],
    },
    async () => (await import('../commands/backfill.ts')).backfill,
  ),
  declare(
    {
      name: 'import',
      description: 'Brings old chats, from Smartsupp or from a file, as history: without follow-ups.',
      argument: ['[file]', 'JSON lines: on each line one chat, as Smartsupp posted it to a hook'],
      options: { since, dryRun, yes, json },
      notes: [
        'Imported chats get contacts and notes, and no follow-ups unless they ended within the last day. Chats that are ' +
          'here already are left alone, so an import can be repeated, and an interrupted one goes on where it stopped. ' +
          'Refused lines of a file are listed, and written to <file>.refused.',
      ],
      example: ['import --since 2024-01-01 --dry-run', 'to see what Smartsupp still has'],
    },
    async () => (await import('../commands/import/import.ts')).importChats,
  ),
  declare(
    {
      name: 'restored',
      description:
        'Tells a table that was restored to an earlier time, before it is used: nothing is then written twice.',
      options: {
        table: requiredText('<name>', 'the restored table; no stack may use it yet'),
        since: { ...since, description: 'the time to which it was restored: a date and time, or 2h', isRequired: true },
        yes,
        json,
      },
      notes: [
        'Everything erased since then is erased again. Every delivery is left in doubt: before anything is written for it, ' +
          'its note is looked for in the CRM; so is the note of a chat that comes again and that the table does not know. ' +
          'Safe to repeat.',
      ],
      example: ['restored --table NAME --since 2026-05-01T09:30', 'before it is taken over'],
    },
    async () => (await import('../commands/restored.ts')).restored,
  ),
  declare(
    {
      name: 'send',
      description:
        'Posts chats to the hook just as Smartsupp does, and prints the answers. Without arguments, a sample.',
      argument: ['[files...]', 'bodies to post as they are; - for standard input'],
      options: { sample: sampleOption('one of ours, as a new chat; answered if nothing else is given'), json },
      example: ['send --sample answered', 'a chat that was answered and rated'],
    },
    async () => (await import('../commands/send.ts')).send,
  ),
];

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
