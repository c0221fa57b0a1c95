import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../check/problems.ts';
import type { HubspotClient } from './client.ts';
import { tryFiles } from './files.ts';
import type { HubspotSettings } from './settings.ts';

/** Reads contacts and writes to objects that cannot exist, which reveals missing scopes. */
export const createCheck = (client: HubspotClient, settings: HubspotSettings) => () =>
  problemsFrom(
    async () => {
      await client.read('contacts', ['0'], []);
      await client.tryWriting('contacts');
      if (settings.followUp?.as === 'ticket') await client.tryWriting('tickets');
      if (settings.files !== false) await tryFiles(client.call);
      return [];
    },
    async () => {
      const fields = configuredFields(settings);
      if (fields.length === 0) return [];
      const remedy = "Create it in HubSpot's settings under Properties, or fix its internal name in forwarder.json.";
      return unknownNames('contact property', fields, await client.contactProperties(), remedy);
    },
    async () => {
      const owners = ownersIn(settings.owners);
      if (owners.length === 0) return [];
      const remedy = 'Fix `owners` in forwarder.json: the ids are those of owners, not of users.';
      return unknownNames('owner', owners, await client.ownerIds(), remedy);
    },
  );
