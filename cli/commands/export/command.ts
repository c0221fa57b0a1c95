import { defineCommand } from '../../lib/define-command.ts';
import { counted, findPerson, type Person } from '../../lib/find-person.ts';
import { personOptions, readPersonQuery } from '../../lib/person-query.ts';
import { jsonOrText, note, printJson } from '../../lib/terminal/output.ts';

export const exportPerson = defineCommand({
  options: personOptions,
  example: ['export --email eva@example.com > eva.json', 'for an access request'],
  handler: async ({ options, openDeployment }) => {
    const query = readPersonQuery(options);
    const person = await findPerson(await openDeployment(), query, { queues: 'look' });
    printJson(written(query.personKey, person));
    note(`Written: ${counted(person)}.`);
  },
});

const written = (personKey: string, { chats, contacts, personKeys, bodies }: Person) => ({
  person: personKey,
  knownAs: personKeys,
  contacts,
  chats: chats.map(({ body, ...chat }) => ({ ...chat, body: jsonOrText(body) })),
  others: bodies.map(({ where, body }) => ({ where, body: jsonOrText(body) })),
});
