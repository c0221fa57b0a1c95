import type { Command } from 'commander';
import { openDeployment } from '../../lib/deployment/deployment.ts';
import { example } from '../../lib/options.ts';
import { counted } from '../../lib/counted.ts';
import { findPerson, type Person } from '../../lib/find-person.ts';
import { whoOptions } from '../../lib/person-options.ts';
import { type WhoOptions, whoIs } from '../../lib/who.ts';
import { note, printJson } from '../../lib/terminal/output.ts';

export function exportPerson(program: Command): void {
  const command = program
    .command('export')
    .description('Writes everything that is stored of one person, as JSON.')
    .addHelpText('after', example('export --email eva@example.com > eva.json', 'for a request of access'));
  for (const option of whoOptions()) command.addOption(option);
  command.action(async (options: WhoOptions, command: Command) => {
    const who = whoIs(options);
    const person = await findPerson(await openDeployment(command), who, { queues: 'look' });
    printJson(written(who.personKey, person));
    note(`Written: ${counted(person)}.`);
  });
}

/** With the bodies as they came, since that is what is stored. */
const written = (personKey: string, { chats, contacts, personKeys, bodies }: Person) => ({
  person: personKey,
  knownAs: personKeys,
  contacts,
  chats: chats.map(({ body, ...chat }) => ({ ...chat, body: parsed(body) })),
  others: bodies.map(({ where, body }) => ({ where, body: parsed(body) })),
});

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
