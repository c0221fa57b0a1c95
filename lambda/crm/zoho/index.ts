import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter, Problem } from '../port/adapter.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import { createFiles, createFollowUps, createNotes } from './activities.ts';
import { createZohoClient, type ZohoClient } from './client.ts';
import { contactFields, createContacts } from './contacts.ts';
import { dataCentres, type ZohoSettings } from './settings.ts';

/** A known contact costs two calls, three if a blank can be filled; a new one three; each call takes 100 of them. */
export function createZohoAdapter(settings: ZohoSettings, deps: AdapterDeps): CrmAdapter {
  const { api, accounts } = dataCentres[settings.dataCentre];
  const { baseUrl = api, accountsUrl = accounts } = settings;
  const client = createZohoClient({ baseUrl, accountsUrl }, deps);
  return {
    upsertContacts: createContacts(client, settings),
    ...createNotes(client, deps),
    followUps: createFollowUps(client, deps),
    ...(settings.files !== false && { files: createFiles(client) }),
    check: createCheck(client, settings),
  };
}

function createCheck(client: ZohoClient, settings: ZohoSettings): () => Promise<readonly Problem[]> {
  function fieldsExist() {
    const remedy = 'Take the API name from Setup → Developer Hub → APIs & SDKs → API Names → Contacts.';
    const fields = [...contactFields, ...configuredFields(settings)];
    return unknownNames('field of contacts', fields, client.contactFields, remedy);
  }

  async function scopesSuffice() {
    await client.query('find a contact', 'select id from Contacts where id is not null');
    await client.tryLists();
    return [];
  }

  function ownersExist() {
    const remedy = "Take the user's id from its address under Setup → Users.";
    return unknownNames('active user', ownersIn(settings.owners), client.activeUsers, remedy);
  }

  return () => problemsFrom(fieldsExist, scopesSuffice, ownersExist);
}
