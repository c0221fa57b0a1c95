import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter, Problem } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import { createFiles, createFollowUps, createNotes } from './activities.ts';
import { createOdooClient, type OdooClient } from './client.ts';
import { createContacts } from './contacts.ts';
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

const createCheck = (client: OdooClient, settings: OdooSettings) => () =>
  problemsFrom(
    async () => {
      await client.ownUserId();
      return checkRights(client);
    },
    () => {
      const remedy = 'Take the technical name of the field from Settings → Technical → Fields, in developer mode.';
      const fieldsAmong = (names: readonly string[]) => client.fieldsAmong('res.partner', names);
      return unknownNames('field of contacts', configuredFields(settings), fieldsAmong, remedy);
    },
    () => {
      const remedy = "Take the number in the address of the user's page under Settings → Users.";
      return unknownNames('user with the id', ownersIn(settings.owners), usersAmong(client), remedy);
    },
  );

async function checkRights(client: OdooClient): Promise<readonly Problem[]> {
  const allowed = (await client.mayDo('create', 'res.partner')) && (await client.mayDo('write', 'res.partner'));
  const remedy = 'In Odoo under Settings → Users, give the user of the API key the right to create contacts.';
  return allowed ? [] : [{ problem: 'The user of the API key may not create and change contacts.', remedy }];
}

/** Portal users cannot own records. */
const usersAmong = (client: OdooClient) => async (ids: readonly string[]) => {
  const numbers = ids.filter((id) => /^\d{1,9}$/.test(id)).map(Number);
  const users = await client.search('list the users', 'res.users', {
    domain: [
      ['id', 'in', numbers],
      ['share', '=', false],
    ],
    fields: ['id'],
  });
  return users.map(({ id }) => String(id));
};
