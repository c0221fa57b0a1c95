import type { Created } from '../../lambda/crm/contacts/contact-batch.ts';
import type { MadeToken } from '../../lambda/crm/http/adapter-deps.ts';
import type { Person } from '../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../lambda/crm/port/errors.ts';
import type { CrmTraits, StaffAct } from './script.ts';

/** A CRM in memory, as its vendor has it: what it holds is what sales staff see. */
export type Crm = ReturnType<typeof createCrm>;

export type Contact = {
  readonly id: string;
  readonly createdAt: string;
  readonly foundFrom: number;
  readonly isOurs: boolean;
  /** The first is the main one; the others came with merged contacts. */
  emails: readonly string[];
  phones: readonly string[];
  /** The staff have merged somebody's contact with one that has only a name. */
  isMergedByName?: boolean;
};

type Note = { readonly id: string; readonly chat: string; readonly foundFrom: number; contactId: string; body: string };
type Task = { readonly id: string; readonly chat: string; readonly contactId: string; readonly foundFrom: number };

/** A token is not used any more for a while before its end. */
const tokenMarginMs = 3 * 60_000;

/** What it says when it refuses a chat for good, until somebody changes that. */
export const refusedWords = 'words that the CRM refuses';

export function createCrm(name: string, traits: CrmTraits, now: () => number) {
  const contacts = new Map<string, Contact>();
  const notes = new Map<string, Note>();
  const tasks = new Map<string, Task>();
  /** Chats of which the staff have deleted something. */
  const touched = new Set<string>();
  /** Each until when. */
  const tokens = new Map<string, number>();
  let needlessTokens = 0;
  let lastId = 0;
  let refuses = true;
  const newId = (kind: string) => {
    lastId += 1;
    return `${kind}${lastId}`;
  };
  const foundFrom = () => now() + traits.searchLagMs;
  const isFound = (each: { readonly foundFrom: number }) => each.foundFrom <= now();

  return {
    name,
    traits,
    contacts,
    notes,
    tasks,
    touched,
    /** Tokens that were made although another was good for a while. */
    needlessTokens: () => needlessTokens,
    giveToken: (): MadeToken => {
      if ([...tokens.values()].some((until) => until > now() + tokenMarginMs)) needlessTokens += 1;
      const token = newId('token');
      tokens.set(token, now() + traits.tokenMs);
      return { token, validForMs: traits.tokenMs };
    },
    takesToken: (token: string): boolean => (tokens.get(token) ?? 0) > now(),
    /** Somebody has seen to it that it takes every chat. */
    fix: () => {
      refuses = false;
    },
    findContacts: (has: (contact: Contact) => boolean) =>
      [...contacts.values()].filter((contact) => isFound(contact) && has(contact)).map((contact) => ({ ...contact })),
    readContacts: (ids: readonly string[]) =>
      [...contacts.values()].filter(({ id }) => ids.includes(id)).map((contact) => ({ ...contact })),
    createContact: ({ email, phone }: Pick<Person, 'email' | 'phone'>): Created => {
      const same = [...contacts.values()].find(({ emails }) => email !== null && emails.includes(email));
      if (traits.contacts === 'unique' && same !== undefined) return { id: same.id, taken: true };
      const id = newId('c');
      contacts.set(id, {
        id,
        createdAt: `${new Date(now()).toISOString()} ${id}`,
        foundFrom: foundFrom(),
        isOurs: true,
        emails: email === null ? [] : [email],
        phones: phone === null ? [] : [phone],
      });
      return { id, taken: false };
    },
    fillContact: (id: string, { email, phone }: Pick<Person, 'email' | 'phone'>) => {
      const contact = contacts.get(id) ?? gone();
      const isTaken = [...contacts.values()].some(({ emails }) => email !== null && emails.includes(email));
      if (email !== null && contact.emails.length === 0 && !(traits.contacts === 'unique' && isTaken))
        contact.emails = [email];
      if (phone !== null && contact.phones.length === 0) contact.phones = [phone];
    },
    createNote: (chat: string, contactId: string, body: string) => {
      if (traits.contacts !== 'none' && !contacts.has(contactId)) gone();
      if (refuses && body.includes(refusedWords)) throw new CrmError('No such words.', { kind: 'permanent' });
      const id = newId('n');
      notes.set(id, { id, chat, contactId, body, foundFrom: foundFrom() });
      return id;
    },
    updateNote: (id: string, body: string) => {
      const note = notes.get(id);
      if (refuses && body.includes(refusedWords)) throw new CrmError('No such words.', { kind: 'permanent' });
      if (note !== undefined) note.body = body;
      return note !== undefined;
    },
    notesOf: (contactId: string) =>
      [...notes.values()]
        .filter((note) => note.contactId === contactId && isFound(note))
        .map((note) => ({ ...note }))
        .reverse(),
    deleteNote: (id: string) => void notes.delete(id),
    createTask: (chat: string, contactId: string) => {
      const id = newId('t');
      tasks.set(id, { id, chat, contactId, foundFrom: foundFrom() });
      return id;
    },
    findTask: (chat: string) => [...tasks.values()].find((task) => task.chat === chat && isFound(task))?.id,
    act: ({ act, which }: StaffAct): string => {
      const pick = <T>(all: Iterable<T>): T | undefined => {
        const some = [...all];
        return some[which % some.length];
      };
      if (act === 'revoke the tokens') {
        tokens.clear();
        return act;
      }
      if (act === 'delete a note') {
        const note = pick(notes.values());
        if (note === undefined) return 'find no note';
        notes.delete(note.id);
        touched.add(note.chat);
        return `delete the note ${note.id} of ${note.chat}`;
      }
      const contact = pick(contacts.values());
      if (contact === undefined) return 'find no contact';
      const its = [...notes.values()].filter(({ contactId }) => contactId === contact.id);
      const into = act === 'merge contacts' ? [...contacts.values()].find(({ id }) => id !== contact.id) : undefined;
      contacts.delete(contact.id);
      if (into === undefined) {
        for (const note of its) {
          notes.delete(note.id);
          touched.add(note.chat);
        }
        return `delete the contact ${contact.id}`;
      }
      const isByName = [into, contact].some(({ emails, phones }) => emails.length + phones.length === 0);
      if (isByName) into.isMergedByName = true;
      into.emails = [...into.emails, ...contact.emails];
      into.phones = [...into.phones, ...contact.phones];
      for (const note of its) note.contactId = into.id;
      return `merge the contact ${contact.id} into ${into.id}`;
    },
  };
}

function gone(): never {
  throw new CrmError('There is no such contact.', { kind: 'permanent' });
}
