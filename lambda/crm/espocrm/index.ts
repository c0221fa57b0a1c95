import { oneByOne } from '../batches/batch.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { createCheck } from './check.ts';
import { createEspocrmClient } from './client.ts';
import { createContacts } from './contacts.ts';
import { createFiles } from './files.ts';
import { createFollowUps } from './follow-ups.ts';
import { createNotes } from './notes.ts';
import type { EspocrmSettings } from './settings.ts';

/** A known contact costs two calls, three if a blank can be filled; a new one three, four if there is a namesake. */
export function createEspocrmAdapter(settings: EspocrmSettings, deps: AdapterDeps): CrmAdapter {
  const client = createEspocrmClient(settings.baseUrl, deps);
  return {
    upsertContacts: oneByOne(createContacts(client, settings)),
    ...createNotes(client, deps),
    followUps: createFollowUps(client, settings, deps),
    ...(settings.files !== false && { files: createFiles(client) }),
    check: createCheck(client, settings),
  };
}
