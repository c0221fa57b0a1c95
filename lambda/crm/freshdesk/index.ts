import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter, Problem } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import { createFreshdeskClient, type FreshdeskClient } from './client.ts';
import { createContacts, customerIdField, isContactProperty } from './contacts.ts';
import type { FreshdeskSettings } from './settings.ts';
import { createFiles, createTickets } from './tickets.ts';

/** The ticket stays open if a follow-up is needed (`followUpNeeded`), so there are no separate follow-ups. */
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

const createCheck = (client: FreshdeskClient, settings: FreshdeskSettings) => () =>
  problemsFrom(
    async () => {
      await client.readMe();
      return customerIdProblems(settings.customerIdField);
    },
    () => {
      const names = configuredFields({ fields: settings.fields }).filter((name) => !isContactProperty(name));
      const existing = async () => (await client.fieldsOf('contact')).map(({ name }) => name);
      return unknownNames('contact field', names, existing, fieldRemedy);
    },
    () => requiredFieldProblems(client),
    () => unknownNames('agent with the id', ownersIn(settings.owners), agentsAmong(client), agentRemedy),
  );

const fieldRemedy = 'Add it in Admin → Support Operations → Customer Fields, or fix its name in forwarder.json.';

const customerIdProblems = (field: string = customerIdField): Promise<readonly Problem[]> =>
  unknownNames('way to find contacts by', [field], [customerIdField], `Set customerIdField to ${customerIdField}.`);

const writtenFields = ['requester', 'subject', 'description', 'status', 'priority', 'source'];

async function requiredFieldProblems(client: FreshdeskClient): Promise<readonly Problem[]> {
  const fields = await client.fieldsOf('ticket');
  return fields
    .filter((field) => field['required_for_agents'] === true || field['required_for_closure'] === true)
    .filter(({ name }) => !writtenFields.includes(name))
    .map(({ name }) => ({
      problem: `The ticket field "${name}" is required of agents, and chats have none.`,
      remedy: 'Make it optional in Admin → Workflows → Ticket Fields.',
    }));
}

const agentsAmong = (client: FreshdeskClient) => async (ids: readonly string[]) => {
  const agents: string[] = [];
  for (const id of ids) if (await client.hasAgent(id)) agents.push(id);
  return agents;
};

const agentRemedy = "Fix `owners` in forwarder.json: an agent's page ends in the id.";
