import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { createCheck } from './check.ts';
import { createZohoClient } from './client.ts';
import { createContacts } from './contacts.ts';
import { createFiles } from './files.ts';
import { createFollowUps } from './follow-ups.ts';
import { createNotes } from './notes.ts';
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
