import type { Invocation } from '../lib/deployment/deployment.ts';
import { findPerson } from '../lib/person/find-person.ts';
import {
  counted,
  lookedText,
  mentionLines,
  type Person,
  type PersonOptions,
  readPersonQuery,
} from '../lib/person/person.ts';
import { jsonOrText, note, printJson } from '../lib/terminal/output.ts';

export async function exportPerson({ options, openDeployment }: Invocation<PersonOptions>): Promise<void> {
  const query = readPersonQuery(options);
  const person = await findPerson(await openDeployment(), query, { queues: 'look' });
  printJson(written(query.personKey, person));
  for (const line of [`Written: ${counted(person)}.`, lookedText(person.looked), ...mentionLines(person.mentions)])
    note(line);
}

const written = (personKey: string, { chats, contacts, personKeys, bodies, mentions, looked }: Person) => ({
  person: personKey,
  knownAs: personKeys,
  contacts,
  chats: chats.map(({ body, ...chat }) => ({ ...chat, body: jsonOrText(body) })),
  others: bodies.map(({ where, body }) => ({ where, body: jsonOrText(body) })),
  namedInChatsOfOthers: mentions,
  lookedThrough: looked,
});
