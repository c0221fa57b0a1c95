import type { Message } from '../../lambda/conversation/model.ts';
import { fulfilled, oneByOne } from '../../lambda/crm/batches/batch.ts';
import { type Created, upsertInBatches } from '../../lambda/crm/contacts/contact-batch.ts';
import { matchContact } from '../../lambda/crm/contacts/matching.ts';
import { logInBatches, type NewNote } from '../../lambda/crm/notes/note-batch.ts';
import { logAsNotes } from '../../lambda/crm/notes/note-parts.ts';
import { referenceOf } from '../../lambda/crm/notes/reference.ts';
import type { ContactRequest, CrmAdapter, Entry, FollowUpRequest, Person } from '../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../lambda/crm/port/errors.ts';
import type { Request } from './process.ts';
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
};

type Note = { readonly id: string; readonly chat: string; readonly foundFrom: number; contactId: string; body: string };
type Task = { readonly id: string; readonly chat: string; readonly contactId: string; readonly foundFrom: number };

/** What it says when it refuses a chat for good, until somebody changes that. */
export const refusedWords = 'words that the CRM refuses';

export function createCrm(name: string, traits: CrmTraits, now: () => number) {
  const contacts = new Map<string, Contact>();
  const notes = new Map<string, Note>();
  const tasks = new Map<string, Task>();
  /** Chats of which the staff have deleted something. */
  const touched = new Set<string>();
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

export type AskCrm = <T>(request: Omit<Request<T>, 'service'>) => Promise<T>;

/** The words of a chat as a note shows them. */
export const wordsOf = (messages: readonly Pick<Message, 'text'>[], rating: number | null) =>
  `${messages.map(({ text }) => text).join(' ')} rated ${rating}`;

/** An adapter to it, made of the parts that every vendor's adapter is made of. */
export function createSimulatedAdapter(crm: Crm, ask: AskCrm): CrmAdapter {
  const { traits } = crm;
  const { searchLagMs } = traits;
  const read = <T>(what: string, effect: () => T) => ask({ what, effect });
  const write = <T>(what: string, effect: () => T) => ask({ what, effect, writes: true, searchLagMs, mayBeLate: true });
  const writeContact = <T>(what: string, effect: () => T) => ask({ what, effect, writes: true, searchLagMs });

  const render = ({ conversation: { id, messages, rating } }: Entry) =>
    Array.from({ length: traits.parts }, (_, part) =>
      traits.parts === 1
        ? `${wordsOf(messages, rating?.score ?? null)}\n${referenceOf(id)}`
        : `${wordsOf(messages, rating?.score ?? null)}\n${referenceOf(id)}, part ${part + 1} of ${traits.parts}`,
    );
  const contactOf = ({ contactId = '' }: Entry) => contactId;
  const create = ({ entry, body, part }: NewNote) =>
    write(`create note ${part} of ${entry.conversation.id}`, () =>
      crm.createNote(entry.conversation.id, contactOf(entry), body),
    );
  const notes = {
    render,
    update: (id: string, body: string) => write(`update the note ${id}`, () => crm.updateNote(id, body)),
    remove: (id: string) => write(`delete the note ${id}`, () => crm.deleteNote(id)),
    exists: (id: string) => read(`look for the note ${id}`, () => crm.notes.has(id)),
    list: (entry: Entry) => read(`list the notes of ${contactOf(entry)}`, () => crm.notesOf(contactOf(entry))),
  };
  const logged =
    traits.batchSize === 1
      ? logAsNotes({ ...notes, create: (entry, body, part) => create({ entry, body, part }) })
      : logInBatches({
          ...notes,
          maxSize: traits.batchSize,
          build: (note) => note,
          createAll: (all) =>
            write(`create notes of ${all.map(({ entry }) => entry.conversation.id).join()}`, () =>
              all.map(({ entry, body }) =>
                settledAt(() => crm.createNote(entry.conversation.id, contactOf(entry), body)),
              ),
            ),
        });

  const idOf = ({ conversation }: Entry) => conversation.id;
  const followUps = {
    create: oneByOne((request: FollowUpRequest) =>
      write(`create the task of ${idOf(request)}`, () => crm.createTask(idOf(request), contactOf(request))),
    ),
    find: (request: FollowUpRequest) =>
      read(`look for the task of ${idOf(request)}`, () => crm.findTask(idOf(request))),
  };

  return {
    ...(traits.contacts === 'unique' && { keepsEmailsUnique: true }),
    ...(traits.contacts !== 'none' && { upsertContacts: contactsIn(crm, read, writeContact) }),
    ...logged,
    ...(traits.followUps && { followUps }),
    check: async () => [],
  };
}

type Act = <T>(what: string, effect: () => T) => Promise<T>;

function contactsIn(crm: Crm, read: Act, write: Act): NonNullable<CrmAdapter['upsertContacts']> {
  const { batchSize } = crm.traits;
  const nameOf = ({ email, phone }: Person) => email ?? phone ?? 'nobody';
  const toFill = ({ emails, phones }: Contact, { email, phone }: Person) => ({
    ...(emails.length === 0 && email !== null && { email }),
    ...(phones.length === 0 && phone !== null && { phone }),
  });
  const fill = (id: string, { email = null, phone = null }: { email?: string | null; phone?: string | null }) =>
    write(`fill the contact ${id}`, () => crm.fillContact(id, { email, phone }));

  if (batchSize > 1) {
    return upsertInBatches<Contact>(
      {
        maxSize: batchSize,
        find: async ({ ids, emails, phones }) =>
          ids.length + emails.length + phones.length === 0
            ? []
            : read(`find ${[...ids, ...emails, ...phones].join()}`, () => [
                ...crm.readContacts(ids),
                ...crm.findContacts(
                  (each) =>
                    each.emails.some((email) => emails.includes(email)) ||
                    each.phones.some((phone) => phones.includes(phone)),
                ),
              ]),
        hasEmail: ({ emails }, email) => emails.includes(email),
        hasPhone: ({ phones }, phone) => phones.includes(phone),
        hasCustomerId: () => false,
        identityOf,
        create: (people) =>
          write(`create the contact of ${people.map(nameOf).join()}`, () =>
            people.map((person) => fulfilled(crm.createContact(person))),
          ),
        toFill,
        changed: (contact, values) => ({
          ...contact,
          emails: typeof values['email'] === 'string' ? [values['email']] : contact.emails,
          phones: typeof values['phone'] === 'string' ? [values['phone']] : contact.phones,
        }),
        update: async (changes) => Promise.allSettled(changes.map(({ id, values }) => fill(id, values))),
      },
      {},
    );
  }

  return oneByOne(async (request: ContactRequest) => {
    const { person } = request;
    const found = await matchContact<Contact>(
      request,
      {
        byId: async (id) => (await read(`read ${id}`, () => crm.readContacts([id])))[0],
        byEmail: (email) => read(`find ${email}`, () => crm.findContacts(({ emails }) => emails.includes(email))),
        byPhone: (phone) => read(`find ${phone}`, () => crm.findContacts(({ phones }) => phones.includes(phone))),
        byCustomerId: async () => [],
        identityOf,
      },
      {},
    );
    if (found === undefined) {
      const { id, taken } = await write(`create the contact of ${nameOf(person)}`, () => crm.createContact(person));
      const [existing] = taken ? await read(`read ${id}`, () => crm.readContacts([id])) : [];
      if (existing !== undefined && Object.keys(toFill(existing, person)).length > 0)
        await fill(id, toFill(existing, person));
      return id;
    }
    if (Object.keys(toFill(found, person)).length > 0) await fill(found.id, toFill(found, person));
    return found.id;
  });
}

const identityOf = ({ emails }: Contact) => ({ name: '', emails });

function settledAt<T>(effect: () => T): PromiseSettledResult<T> {
  try {
    return fulfilled(effect());
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}
