import type { AdapterDeps } from '../adapter.ts';
import { tokenFrom } from '../credentials.ts';
import { waitAsked } from './rate-limit.ts';
import {
  existingId,
  hasId,
  isAssociations,
  isBatch,
  isConflict,
  isContactWithNotes,
  isStored,
  type Stored,
} from './shapes.ts';

const version = '2026-09';
/** "batch read … limited to 100" (https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide). */
const mostPerBatch = 100;
/** Of notes with their bodies, so that an answer stays under a few megabytes. */
const mostBodiesPerBatch = 25;
/** `HUBSPOT_DEFINED` note to contact (https://developers.hubspot.com/docs/api-reference/crm-associations-v4/guide). */
const noteToContact = 202;

export type HubspotClient = ReturnType<typeof createHubspotClient>;

/**
 * HubSpot's CRM objects API, as far as this adapter needs it. Guides for contacts and notes:
 * https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide,
 * https://developers.hubspot.com/docs/api-reference/latest/crm/activities/notes/guide. Both hold for the dated paths,
 * which replace v3 (https://developers.hubspot.com/blog/a-developers-guide-to-hubspots-date-based-api-versioning).
 *
 * Every property value is a string, and `associations` and `propertiesWithHistory` are required even where empty.
 */
export function createHubspotClient(baseUrl: string, { http, secret }: Pick<AdapterDeps, 'http' | 'secret'>) {
  const call = http.api({
    vendor: 'HubSpot',
    baseUrl,
    headers: async () => ({ authorization: `Bearer ${tokenFrom(await secret(), 'HubSpot')}` }),
    waitAsked,
  });
  const contacts = ['crm', 'objects', version, 'contacts'];
  const notes = ['crm', 'objects', version, 'notes'];

  /** `idProperty=email` finds a contact by its primary address. */
  async function findContact(email: string, properties: readonly string[]): Promise<Stored | undefined> {
    const answer = await call({
      operation: 'find the contact',
      method: 'GET',
      path: [...contacts, email],
      query: { idProperty: 'email', properties: properties.join() },
      expected: [404],
    });
    return answer.status === 404 ? undefined : answer.as(isStored);
  }

  async function readContact(id: string, properties: readonly string[]): Promise<Stored> {
    const query = { properties: properties.join() };
    const answer = await call({ operation: 'read the contact', method: 'GET', path: [...contacts, id], query });
    return answer.as(isStored);
  }

  /** HubSpot itself keeps addresses unique: the id of the contact that has it already comes with `created: false`. */
  async function createContact(properties: Readonly<Record<string, string>>) {
    const answer = await call({
      operation: 'create the contact',
      method: 'POST',
      path: contacts,
      body: { properties, associations: [] },
      expected: [409],
    });
    if (answer.status !== 409) return { id: answer.as(hasId).id, created: true };
    return { id: existingId(answer.as(isConflict).message) ?? '', created: false };
  }

  async function updateContact(id: string, properties: Readonly<Record<string, string>>): Promise<void> {
    const body = { properties };
    await call({ operation: 'update the contact', method: 'PATCH', path: [...contacts, id], body, needsBody: false });
  }

  async function createNote(contactId: string, properties: Readonly<Record<string, string>>): Promise<string> {
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: noteToContact }];
    const answer = await call({
      operation: 'create the note',
      method: 'POST',
      path: notes,
      body: { properties, associations: [{ to: { id: contactId }, types }] },
    });
    return answer.as(hasId).id;
  }

  /** @returns false where the note is gone */
  async function updateNote(id: string, properties: Readonly<Record<string, string>>): Promise<boolean> {
    const answer = await call({
      operation: 'update the note',
      method: 'PATCH',
      path: [...notes, id],
      body: { properties },
      expected: [404],
      needsBody: false,
    });
    return answer.status !== 404;
  }

  /** To HubSpot's recycling bin; no matter where it is there already. */
  async function deleteNote(id: string): Promise<void> {
    const path = [...notes, id];
    await call({ operation: 'delete the note', method: 'DELETE', path, expected: [404], needsBody: false });
  }

  /** Every note of a contact, straight from the record: HubSpot's search lags behind writes by seconds. */
  async function noteIdsOf(contactId: string): Promise<readonly string[]> {
    const answer = await call({
      operation: "list the contact's notes",
      method: 'GET',
      path: [...contacts, contactId],
      query: { associations: 'notes' },
    });
    const page = answer.as(isContactWithNotes).associations?.notes;
    if (page?.paging?.next) return allAssociatedNotes(contactId);
    return [...new Set(page?.results.map(({ id }) => id))];
  }

  /** For the few contacts with more notes than come with the contact. */
  async function allAssociatedNotes(contactId: string): Promise<readonly string[]> {
    const ids = new Set<string>();
    let after: string | undefined;
    do {
      const answer = await call({
        operation: "list the contact's notes",
        method: 'GET',
        path: [...contacts, contactId, 'associations', 'notes'],
        query: { limit: '500', ...(after !== undefined && { after }) },
      });
      const { results, paging } = answer.as(isAssociations);
      for (const { toObjectId } of results) ids.add(String(toObjectId));
      after = results.length === 0 ? undefined : paging?.next?.after;
    } while (after !== undefined);
    return [...ids];
  }

  /** What is found of the ids; one that is gone is left out (HubSpot answers 207 then). */
  async function readNotes(ids: readonly string[], options: { readonly bodies: boolean }): Promise<readonly Stored[]> {
    const size = options.bodies ? mostBodiesPerBatch : mostPerBatch;
    const found: Stored[] = [];
    for (let from = 0; from < ids.length; from += size) {
      const answer = await call({
        operation: 'read the notes',
        method: 'POST',
        path: [...notes, 'batch', 'read'],
        body: {
          properties: options.bodies ? ['hs_note_body'] : [],
          propertiesWithHistory: [],
          inputs: ids.slice(from, from + size).map((id) => ({ id })),
        },
        readsOnly: true,
      });
      found.push(...answer.as(isBatch).results);
    }
    return found;
  }

  return {
    findContact,
    readContact,
    createContact,
    updateContact,
    createNote,
    updateNote,
    deleteNote,
    noteIdsOf,
    readNotes,
  };
}
