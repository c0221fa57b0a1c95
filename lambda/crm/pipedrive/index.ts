import { oneByOne } from '../batches/batch.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { createCall } from './auth.ts';
import { createCheck } from './check.ts';
import { createPipedriveClient } from './client.ts';
import { createFiles } from './files.ts';
import { createFollowUps } from './follow-ups.ts';
import { createNotes } from './notes.ts';
import { createPersons } from './persons.ts';
import type { PipedriveSettings } from './settings.ts';

const defaultBaseUrl = 'https://api.pipedrive.com';
const defaultAuthUrl = 'https://oauth.pipedrive.com';

/** A known person costs two calls, three if a blank can be filled; a new one three. Pipedrive has no batches. */
export function createPipedriveAdapter(settings: PipedriveSettings, deps: AdapterDeps): CrmAdapter {
  const { baseUrl = defaultBaseUrl, authUrl = defaultAuthUrl } = settings;
  const call = createCall({ baseUrl, authUrl }, deps);
  const client = createPipedriveClient(call);
  return {
    upsertContacts: oneByOne(createPersons(client, settings)),
    ...createNotes(client, deps),
    followUps: createFollowUps(client, deps),
    ...(settings.files !== false && { files: createFiles(call) }),
    check: createCheck(client, settings),
  };
}
