import { oneByOne } from '../batches/batch.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { createCheck } from './check.ts';
import { createOdooClient } from './client.ts';
import { createContacts } from './contacts.ts';
import { createFiles } from './files.ts';
import { createFollowUps } from './follow-ups.ts';
import { createNotes } from './notes.ts';
import type { OdooSettings } from './settings.ts';

export function createOdooAdapter(settings: OdooSettings, deps: AdapterDeps): CrmAdapter {
  const client = createOdooClient(settings, deps);
  return {
    upsertContacts: oneByOne(createContacts(client, settings)),
    ...createNotes(client, deps),
    followUps: createFollowUps(client, settings, deps),
    ...(settings.files !== false && { files: createFiles(client) }),
    check: createCheck(client, settings),
  };
}
