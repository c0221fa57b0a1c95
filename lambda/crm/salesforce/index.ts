import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter, Problem } from '../port/adapter.ts';
import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../port/problems.ts';
import { createFiles, createFollowUps, createNotes } from './activities.ts';
import { fullId, isId } from './answers.ts';
import { createSalesforceClient, isIn, type ObjectType, type SalesforceClient } from './client.ts';
import { type Countries, contactFields, createContacts } from './contacts.ts';
import type { SalesforceSettings } from './settings.ts';

/** A known contact costs two calls, three if a blank can be filled; a new one three; each call takes 200 of them. */
export function createSalesforceAdapter(settings: SalesforceSettings, deps: AdapterDeps): CrmAdapter {
  const client = createSalesforceClient(settings.baseUrl, deps);
  const { completedStatus = 'Completed', countryCodes = false } = settings;
  const countries = { codes: countryCodes };
  return {
    upsertContacts: createContacts(client, settings, countries),
    ...createNotes(client, deps, completedStatus),
    followUps: createFollowUps(client, deps),
    ...(settings.files !== false && { files: createFiles(client) }),
    check: createCheck(client, settings, { countries, completedStatus }),
  };
}

function createCheck(
  client: SalesforceClient,
  settings: SalesforceSettings,
  { countries, completedStatus }: { readonly countries: Countries; readonly completedStatus: string },
): () => Promise<readonly Problem[]> {
  const { owners, followUp } = settings;

  async function contactsAreThere(): Promise<readonly Problem[]> {
    const { fields: existing, createable } = await client.describe('Contact');
    const names = existing.map(({ name }) => name);
    const fields = [...contactFields(countries), ...configuredFields(settings)];
    const remedy =
      'Take the API name from Setup → Object Manager → Contact → Fields & Relationships, and let the integration user ' +
      'see and edit the field.';
    return [
      ...mayCreate('Contact', createable),
      ...(await unknownNames('field of contacts', fields, names, remedy)),
      ...(names.includes('MailingCountryCode') && !countries.codes ? [wantsCodes] : []),
    ];
  }

  async function othersMayBeCreated(): Promise<readonly Problem[]> {
    const types: readonly ObjectType[] = followUp?.as === 'ticket' ? ['Task', 'Case'] : ['Task'];
    const problems: Problem[] = [];
    for (const type of types) problems.push(...mayCreate(type, (await client.describe(type)).createable));
    return problems;
  }

  async function statusExists(): Promise<readonly Problem[]> {
    const statuses = await client.queryRows(
      'list the task statuses',
      'SELECT ApiName FROM TaskStatus WHERE IsClosed = true',
    );
    const remedy =
      'Set `completedStatus` in forwarder.json to a closed value of Setup → Object Manager → Task → Status.';
    return unknownNames(
      'closed task status',
      [completedStatus],
      statuses.map((status) => String(status['ApiName'])),
      remedy,
    );
  }

  async function ownersExist(): Promise<readonly Problem[]> {
    const wanted = ownersIn(owners);
    const soql = isIn('Id', wanted.filter(isId)).map(
      (these) => `SELECT Id FROM User WHERE IsActive = true AND ${these}`,
    );
    const users = soql[0] === undefined ? [] : await client.query('list the users', soql[0]);
    const existing = new Set(users.map(({ Id }) => fullId(Id)));
    const remedy = "Take the user's id, 005…, from the address of its page under Setup → Users.";
    return unknownNames(
      'active user',
      wanted.filter((id) => !existing.has(fullId(id))),
      [],
      remedy,
    );
  }

  return () => problemsFrom(contactsAreThere, othersMayBeCreated, statusExists, ownersExist);
}

const wantsCodes: Problem = {
  problem: 'State and Country/Territory Picklists are enabled: names of countries are refused.',
  remedy: 'Set `countryCodes` to true in forwarder.json.',
};

const mayCreate = (type: ObjectType, createable: boolean): readonly Problem[] =>
  createable
    ? []
    : [
        {
          problem: `The integration user may not create a ${type.toLowerCase()}.`,
          remedy: 'Give its permission set the rights that docs/crms/salesforce.md lists.',
        },
      ];
