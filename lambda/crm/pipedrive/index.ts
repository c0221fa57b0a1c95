import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import { createFollowUps, createNotes } from './activities.ts';
import { createCall } from './auth.ts';
import { createPipedriveClient, type PipedriveClient } from './client.ts';
import { createContacts } from './contacts.ts';
import { createFiles } from './files.ts';
import type { PipedriveSettings } from './settings.ts';

const defaultBaseUrl = 'https://api.pipedrive.com';
const defaultAuthUrl = 'https://oauth.pipedrive.com';

/** A known person costs two calls, three if a blank can be filled; a new one three. Pipedrive has no batches. */
export function createPipedriveAdapter(settings: PipedriveSettings, deps: AdapterDeps): CrmAdapter {
  const { baseUrl = defaultBaseUrl, authUrl = defaultAuthUrl } = settings;
  const call = createCall({ baseUrl, authUrl }, deps);
  const client = createPipedriveClient(call);
  return {
    upsertContacts: oneByOne(createContacts(client, settings)),
    ...createNotes(client, deps),
    followUps: createFollowUps(client, deps),
    ...(settings.files !== false && { files: createFiles(call) }),
    check: createCheck(client, settings),
  };
}

const createCheck = (client: PipedriveClient, settings: PipedriveSettings) => () =>
  problemsFrom(
    async () => unknownNames('field', configuredFields(settings), await client.personFields(), fieldRemedy),
    async () => {
      const users = ownersIn(settings.owners);
      return users.length === 0 ? [] : unknownNames('active user', users, await client.activeUsers(), userRemedy);
    },
    async () => {
      const { on, as } = settings.followUp ?? {};
      if (on?.length !== 0) await client.tryFollowUps(as === 'lead' ? 'leads' : 'activities');
      return [];
    },
  );

const fieldRemedy =
  'Take the key of 40 letters and digits from Pipedrive → Company settings → Data fields → Person → … → Copy API key.';

const userRemedy = "Take the number at the end of the address of the user's page in Pipedrive → Manage users.";
