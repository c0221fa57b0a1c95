import { renderHtml } from '../../conversation/transcript/html.ts';
import { oneByOne } from '../batches/batch.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../check/problems.ts';
import { changing } from '../contacts/filling.ts';
import { matchContact } from '../contacts/matching.ts';
import { describedIn } from '../follow-ups/description.ts';
import { hasReference } from '../follow-ups/fields.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf } from '../notes/entry.ts';
import { logAsNotes, notesIn } from '../notes/note-parts.ts';
import type { ContactId, ContactRequest, CrmAdapter, FollowUpRequest, Problem } from '../port/adapter.ts';
import { createTemplateClient, type Stored } from './client.ts';
import { newContact, task, toFill } from './mapping.ts';
import type { TemplateSettings } from './settings.ts';

const defaultBaseUrl = 'https://api.crm.example';
/** In characters; for a CRM that counts bytes, add `measure: 'bytes'`. */
const maxNoteLength = 30_000;

export function createTemplateAdapter(settings: TemplateSettings, deps: AdapterDeps): CrmAdapter {
  const client = createTemplateClient(settings.baseUrl ?? defaultBaseUrl, deps);

  async function upsertContact(request: ContactRequest): Promise<ContactId> {
    const found = await matchContact(
      request,
      {
        byId: async (id) => toMatch(await client.readContact(id)),
        byEmail: async (email) => (await client.findContacts('email', email)).map(withCreatedAt),
        byPhone: async (phone) => (await client.findContacts('phone', phone)).map(withCreatedAt),
        byCustomerId: async ({ field, value }) => (await client.findContacts(field, value)).map(withCreatedAt),
        identityOf,
      },
      settings,
    );
    if (found !== undefined) return fill(found, request);
    const { id, existed } = await client.createContact(newContact(request.person));
    // Another process has created the contact in between.
    const contact = existed ? await client.readContact(id) : undefined;
    return contact === undefined ? id : fill(contact, request);
  }

  async function fill(contact: Stored, { person }: ContactRequest): Promise<ContactId> {
    const missing = toFill(contact, person);
    if (Object.keys(missing).length > 0) await changing(contact.id, client.updateContact(contact.id, missing));
    return contact.id;
  }

  const notes = logAsNotes({
    render: notesIn(renderHtml, { limit: maxNoteLength }, deps),
    create: (entry, html) => client.createNote(contactOf(entry), html),
    update: client.updateNote,
    remove: client.removeNote,
    exists: client.hasNote,
    list: async (entry) =>
      (await client.notesOf(contactOf(entry))).map(({ id, html }) => ({ id, body: String(html ?? '') })),
  });

  const description = describedIn(renderHtml, deps);
  const followUps = {
    create: oneByOne((request: FollowUpRequest) => client.createTask(task(request, description(request)))),
    find: async (request: FollowUpRequest) =>
      (await client.tasksOf(contactOf(request))).find(({ description }) => hasReference(description, request))?.id,
  };

  const check = () =>
    problemsFrom(async () => {
      const { scopes, fields, users } = await client.readAccount();
      const isReadOnly: Problem = { problem: 'The key may only read.', remedy: 'Make one with the scope "write".' };
      return [
        ...(scopes.includes('write') ? [] : [isReadOnly]),
        ...unknownNames('field', configuredFields(settings), fields, 'Fix its name in forwarder.json.'),
        ...unknownNames('user', ownersIn(settings.owners), users, 'Fix `owners` in forwarder.json.'),
      ];
    });

  return { upsertContacts: oneByOne(upsertContact), ...notes, followUps, check };
}

/** ISO 8601 sorts by time, which the choice among several contacts needs. */
const withCreatedAt = (contact: Stored) => ({ ...contact, createdAt: String(contact['created_at'] ?? '') });

const identityOf = ({ first_name: first, last_name: last, email }: Stored) => ({
  name: `${first ?? ''} ${last ?? ''}`,
  emails: [email],
});

const toMatch = (contact: Stored | undefined) => contact && withCreatedAt(contact);
