import type { AdapterDeps } from '../http/adapter-deps.ts';
import { isRecord } from '../http/answer.ts';
import type { CrmAdapter, Problem } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import { createFollowUps, createNotes } from './activities.ts';
import { createRaynetClient, maxConcurrentCalls, type RaynetClient } from './client.ts';
import { createContacts, customerIdPrefix, isOwnProperty } from './contacts.ts';
import type { RaynetSettings } from './settings.ts';

const defaultBaseUrl = 'https://app.raynet.cz/api/v2';

export function createRaynetAdapter(settings: RaynetSettings, deps: AdapterDeps): CrmAdapter {
  const { instance, baseUrl = defaultBaseUrl } = settings;
  const client = createRaynetClient({ baseUrl, instance }, deps);
  return {
    upsertContacts: oneByOne(createContacts(client, settings), maxConcurrentCalls),
    ...createNotes(client, settings, deps),
    followUps: createFollowUps(client, settings, deps),
    check: createCheck(client, settings),
  };
}

const createCheck =
  (client: RaynetClient, { customerIdField, fields, owners }: RaynetSettings) =>
  () =>
    problemsFrom(
      async () => {
        await client.findContacts({ 'rowInfo.createdAt[LT]': '2000-01-01' });
        return checkCustomerId(customerIdField);
      },
      () => {
        const keys = configuredFields({ fields }).filter((name) => !isOwnProperty(name));
        return unknownNames('custom field of contacts', keys, customFieldsOf(client), fieldRemedy);
      },
      () => unknownNames('user with the id', ownersIn(owners), usersAmong(client), userRemedy),
    );

function checkCustomerId(field: string = customerIdPrefix): Promise<readonly Problem[]> {
  const ways = field.startsWith(customerIdPrefix) ? [field] : [];
  return unknownNames('way to find contacts by', [field], ways, 'Set customerIdField to extId: and a prefix of yours.');
}

const customFieldsOf = (client: RaynetClient) => async (): Promise<readonly string[]> => {
  const all = Object.entries(await client.customFields());
  const [, ofContacts] = all.find(([entity]) => entity.toLowerCase() === 'person') ?? [];
  return Array.isArray(ofContacts) ? ofContacts.filter(isRecord).map(({ name }) => String(name)) : [];
};

/** Users are contacts that may log in. */
const usersAmong = (client: RaynetClient) => async (ids: readonly string[]) => {
  const users: string[] = [];
  for (const id of ids) if ((await client.read('person', id))?.['activeUserAccount'] === true) users.push(id);
  return users;
};

const fieldRemedy = 'Take the key of the custom field from https://app.raynet.cz/api/v2/customField/config/.';

const userRemedy = "Take the id of the user's contact: the number at the end of its address.";
