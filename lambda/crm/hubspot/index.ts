import type { HubspotSettings } from '../../config/config.ts';
import type { AdapterDeps, ContactId, CrmAdapter, Person } from '../adapter.ts';
import { createHubspotClient } from './client.ts';
import { blanks, filledProperties, newContact } from './mapping.ts';
import { createNotes } from './notes.ts';

const defaultBaseUrl = 'https://api.hubapi.com';

/**
 * A contact by e-mail, and a note with the transcript on its timeline.
 *
 * A known contact costs one call, or two where a blank can be filled; a new one two. HubSpot's own uniqueness of
 * addresses makes creating safe: whoever comes second gets a 409 with the id of the contact that is there. That also
 * finds a contact by its secondary address, which a look-up by `idProperty=email` may miss.
 */
export function createHubspotAdapter(settings: HubspotSettings, deps: AdapterDeps): CrmAdapter {
  const client = createHubspotClient(settings.baseUrl ?? defaultBaseUrl, deps);

  async function upsertContact(person: Person): Promise<ContactId> {
    const found = await client.findContact(person.email, filledProperties);
    if (found !== undefined) return fill(found.id, found.properties, person);
    const { id, created } = await client.createContact(newContact(person));
    if (created) return id;
    return fill(id, (await client.readContact(id, filledProperties)).properties, person);
  }

  async function fill(id: ContactId, properties: Parameters<typeof blanks>[0], person: Person): Promise<ContactId> {
    const missing = blanks(properties, person);
    if (Object.keys(missing).length > 0) await client.updateContact(id, missing);
    return id;
  }

  return { upsertContact, ...createNotes(client, deps) };
}
