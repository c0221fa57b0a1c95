import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../check/problems.ts';
import type { Problem } from '../port/adapter.ts';
import type { ZohoClient } from './client.ts';
import { contactFields } from './mapping.ts';
import type { ZohoSettings } from './settings.ts';

export function createCheck(client: ZohoClient, settings: ZohoSettings): () => Promise<readonly Problem[]> {
  async function fieldsExist() {
    const remedy = 'Take the API name from Setup → Developer Hub → APIs & SDKs → API Names → Contacts.';
    const existing = await client.contactFields();
    return unknownNames('field of contacts', [...contactFields, ...configuredFields(settings)], existing, remedy);
  }

  async function scopesSuffice() {
    await client.query('find a contact', 'select id from Contacts where id is not null');
    await client.tryLists();
    return [];
  }

  async function ownersExist() {
    const wanted = ownersIn(settings.owners);
    if (wanted.length === 0) return [];
    const remedy = "Take the user's id from its address under Setup → Users.";
    return unknownNames('active user', wanted, await client.activeUsers(), remedy);
  }

  return () => problemsFrom(fieldsExist, scopesSuffice, ownersExist);
}
