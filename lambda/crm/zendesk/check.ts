import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../check/problems.ts';
import type { Problem } from '../port/adapter.ts';
import type { ZendeskClient } from './client.ts';
import { isUserProperty } from './mapping.ts';
import type { ZendeskSettings } from './settings.ts';
import type { User } from './shapes.ts';

/** Anyone who may read users may also write tickets, so the role is enough. */
export const createCheck = (client: ZendeskClient, settings: ZendeskSettings) => () =>
  problemsFrom(
    async () => (isAgent(await client.readMe()) ? [] : [notAnAgent]),
    () =>
      checkFields(
        client,
        configuredFields(settings).filter((name) => !isUserProperty(name)),
      ),
    () => checkOwners(client, ownersIn(settings.owners)),
  );

/** Without credentials Zendesk answers as "Anonymous user", an end user. */
const isAgent = (user: User) => user['role'] === 'agent' || user['role'] === 'admin';

const notAnAgent: Problem = {
  problem: "The token's user is not an agent.",
  remedy: 'Give the e-mail address of an agent with the rights that docs/crms/zendesk.md lists.',
};

async function checkFields(client: ZendeskClient, keys: readonly string[]): Promise<readonly Problem[]> {
  if (keys.length === 0) return [];
  const remedy = 'Add it in Admin Center → People → Configuration → User fields, or fix its key in forwarder.json.';
  return unknownNames('user field with the key', keys, await client.userFieldKeys(), remedy);
}

async function checkOwners(client: ZendeskClient, ids: readonly string[]): Promise<readonly Problem[]> {
  if (ids.length === 0) return [];
  const agents = (await client.readUsers(ids)).filter(isAgent).map(({ id }) => String(id));
  return unknownNames(
    'agent with the id',
    ids,
    agents,
    "Fix `owners` in forwarder.json: an agent's page ends in the id.",
  );
}
