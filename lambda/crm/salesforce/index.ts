import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter } from '../port/adapter.ts';
import { createCheck } from './check.ts';
import { createSalesforceClient } from './client.ts';
import { createContacts } from './contacts.ts';
import { createFiles } from './files.ts';
import { createFollowUps } from './follow-ups.ts';
import type { SalesforceSettings } from './settings.ts';
import { createTasks } from './tasks.ts';

/** A known contact costs two calls, three if a blank can be filled; a new one three; each call takes 200 of them. */
export function createSalesforceAdapter(settings: SalesforceSettings, deps: AdapterDeps): CrmAdapter {
  const client = createSalesforceClient(settings.baseUrl, deps);
  const { completedStatus = 'Completed', countryCodes = false } = settings;
  const countries = { codes: countryCodes };
  return {
    upsertContacts: createContacts(client, settings, countries),
    ...createTasks(client, deps, completedStatus),
    followUps: createFollowUps(client, deps),
    ...(settings.files !== false && { files: createFiles(client) }),
    check: createCheck(client, settings, { countries, completedStatus }),
  };
}
