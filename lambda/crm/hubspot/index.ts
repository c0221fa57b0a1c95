import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import { createFiles, createFollowUps, createNotes, tryFiles } from './activities.ts';
import { createHubspotClient, type HubspotClient } from './client.ts';
import { createContacts } from './contacts.ts';
import type { HubspotSettings } from './settings.ts';

const defaultBaseUrl = 'https://api.hubapi.com';

export function createHubspotAdapter(settings: HubspotSettings, deps: AdapterDeps): CrmAdapter {
  const client = createHubspotClient(settings.baseUrl ?? defaultBaseUrl, deps);
  return {
    upsertContacts: createContacts(client, settings),
    keepsEmailsUnique: true,
    ...createNotes(client, deps),
    followUps: createFollowUps(client, settings, deps),
    ...(settings.files !== false && { files: createFiles(client) }),
    check: createCheck(client, settings),
  };
}

/** Reads contacts and writes to objects that cannot exist, which reveals missing scopes. */
const createCheck = (client: HubspotClient, settings: HubspotSettings) => () =>
  problemsFrom(
    async () => {
      await client.read('contacts', ['0'], []);
      await client.tryWriting('contacts');
      if (settings.followUp?.as === 'ticket') await client.tryWriting('tickets');
      if (settings.files !== false) await tryFiles(client.call);
      return [];
    },
    () => {
      const remedy = "Create it in HubSpot's settings under Properties, or fix its internal name in forwarder.json.";
      return unknownNames('contact property', configuredFields(settings), client.contactProperties, remedy);
    },
    () => {
      const remedy = 'Fix `owners` in forwarder.json: the ids are those of owners, not of users.';
      return unknownNames('owner', ownersIn(settings.owners), client.ownerIds, remedy);
    },
  );
