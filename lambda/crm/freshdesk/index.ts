import { oneByOne } from '../batches/batch.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { createCheck } from './check.ts';
import { createFreshdeskClient } from './client.ts';
import { createContacts } from './contacts.ts';
import { createFiles } from './files.ts';
import type { FreshdeskSettings } from './settings.ts';
import { createTickets } from './tickets.ts';

/** The ticket stays open if a follow-up is needed, so there are no follow-ups: see `follow-up-needed.ts`. */
export function createFreshdeskAdapter(settings: FreshdeskSettings, deps: AdapterDeps): CrmAdapter {
  const client = createFreshdeskClient(settings.baseUrl, deps);
  return {
    upsertContacts: oneByOne(createContacts(client, settings)),
    keepsEmailsUnique: true,
    ...createTickets(client, deps, settings.followUp),
    ...(settings.files !== false && { files: createFiles(client) }),
    check: createCheck(client, settings),
  };
}
