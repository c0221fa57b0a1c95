import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { createCheck } from './check.ts';
import { createZohoClient } from './client.ts';
import { createContacts } from './contacts.ts';
import { createFollowUps } from './follow-ups.ts';
import { createNotes } from './notes.ts';
import { type ZohoSettings, dataCentres } from './settings.ts';

/**
 * A contact, a note with the transcript on it, and a task. A known contact costs two calls a chat, or three where a
 * blank can be filled; a new one three; and a hundred of either cost no more, since each call takes a hundred.
 */
export function createZohoAdapter(settings: ZohoSettings, deps: AdapterDeps): CrmAdapter {
  const { api, accounts } = dataCentres[settings.dataCentre];
  const { baseUrl = api, accountsUrl = accounts } = settings;
  const client = createZohoClient({ baseUrl, accountsUrl }, deps);
  return {
    upsertContacts: createContacts(client, settings.onMultipleMatches),
    ...createNotes(client, deps),
    followUps: createFollowUps(client, deps),
    check: createCheck(client, settings),
  };
}
