import type { Message } from '../../lambda/conversation/model.ts';
import { upsertInBatches } from '../../lambda/crm/contacts/contact-batch.ts';
import { matchContact } from '../../lambda/crm/contacts/matching.ts';
import { referenceOf } from '../../lambda/crm/notes/entry.ts';
import { logAsNotes, logInBatches, type NewNote } from '../../lambda/crm/notes/notes.ts';
import type { ContactRequest, CrmAdapter, Entry, FollowUpRequest, Person } from '../../lambda/crm/port/adapter.ts';
import { fulfilled, oneByOne } from '../../lambda/crm/port/batch.ts';
import type { Request } from './calls.ts';
import type { Contact, Crm } from './crm.ts';

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
