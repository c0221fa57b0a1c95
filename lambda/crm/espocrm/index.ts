import { oneByOne } from '../batches/batch.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { createCheck } from './check.ts';
import { createEspocrmClient } from './client.ts';
import { createContacts } from './contacts.ts';
import { createFollowUps } from './follow-ups.ts';
import { createNotes } from './notes.ts';
import type { EspocrmSettings } from './settings.ts';

/**
 * A contact, a post with the transcript in its stream, and a task or case.
 *
 * A contact that is known costs two calls, or three where a blank can be filled, and a new one three: search, contact,
 * post; one more where somebody else has the same name. Searches are consistent at once: they ask the database.
 */
export function createEspocrmAdapter(settings: EspocrmSettings, deps: AdapterDeps): CrmAdapter {
  const client = createEspocrmClient(settings.baseUrl, deps);
  return {
    upsertContacts: oneByOne(createContacts(client, settings.onMultipleMatches)),
    ...createNotes(client, deps),
    followUps: createFollowUps(client),
    check: createCheck(client, settings),
  };
}
