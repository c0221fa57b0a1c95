import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter, Problem } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import type { User } from './answers.ts';
import { createZendeskClient, type ZendeskClient } from './client.ts';
import { createContacts, isUserProperty } from './contacts.ts';
import type { ZendeskSettings } from './settings.ts';
import { createFiles, createTickets } from './tickets.ts';

/** The ticket stays open if a follow-up is needed (`followUpNeeded`), so there are no separate follow-ups. */
export function createZendeskAdapter(settings: ZendeskSettings, deps: AdapterDeps): CrmAdapter {
  const client = createZendeskClient(settings.baseUrl, deps);
  return {
    upsertContacts: oneByOne(createContacts(client, settings)),
    keepsEmailsUnique: true,
    ...createTickets(client, deps, settings.followUp),
    ...(settings.files !== false && { files: createFiles(client) }),
    check: createCheck(client, settings),
  };
}

/** Anyone who may read users may also write tickets, so the role is enough. */
const createCheck = (client: ZendeskClient, settings: ZendeskSettings) => () =>
  problemsFrom(
    async () => (isAgent(await client.readMe()) ? [] : [notAnAgent]),
    () => {
      const keys = configuredFields(settings).filter((name) => !isUserProperty(name));
      return unknownNames('user field with the key', keys, client.userFieldKeys, fieldRemedy);
    },
    () => {
      const agentsAmong = async (ids: readonly string[]) =>
        (await client.readUsers(ids)).filter(isAgent).map(({ id }) => String(id));
      return unknownNames('agent with the id', ownersIn(settings.owners), agentsAmong, agentRemedy);
    },
  );

/** Without credentials Zendesk answers as "Anonymous user", an end user. */
const isAgent = (user: User) => user['role'] === 'agent' || user['role'] === 'admin';

const notAnAgent: Problem = {
  problem: "The token's user is not an agent.",
  remedy: 'Give the e-mail address of an agent with the rights that docs/crms/zendesk.md lists.',
};

const fieldRemedy = 'Add it in Admin Center → People → Configuration → User fields, or fix its key in forwarder.json.';

const agentRemedy = "Fix `owners` in forwarder.json: an agent's page ends in the id.";
