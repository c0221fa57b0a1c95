import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import { startFakePipedrive } from '../../support/fake-pipedrive.ts';
import type { StoredPerson } from '../../support/fake-pipedrive-store.ts';
import type { Received } from '../../support/fake-server.ts';
import { defineSubject, filled, opening, running } from '../define-subject.ts';
import type { Contact, RunningCrm, SeenFollowUp } from '../subject.ts';

const owners = ['7011', '7012'] as const;
const customerNumber = '1f0a5c0d8b7e4a3f9c2d6e5b4a3f2e1d0c9b8a77';
const segment = '9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e3d2c1b0a';

export const pipedrive = defineSubject({
  start,
  cannedResponses: cannedResponses.pipedrive,
  words: 'html',
  calls: { hundredNewVisitors: 300 },
  suspends: false,
  contacts: {
    names: 'whole',
    customerIdField: customerNumber,
    field: segment,
    owners,
    severalBy: 'phone',
    refusesDuplicates: false,
    refusedEmail: null,
    maxEmailLength: null,
    textPlace: false,
    canKeepPhonesUnique: false,
    noteOwners: null,
    takesInactiveOwners: false,
  },
  followUps: { task: { due: 'minute', owners, words: 'html' }, lead: { due: 'none', owners, words: null } },
});

async function start(): Promise<RunningCrm> {
  const crm = await startFakePipedrive({ users: ['1', ...owners], customFields: [customerNumber, segment] });
  const asks = (method: string, path: string) => (request: Received) =>
    request.method === method && request.path === path;
  return {
    ...running(crm),
    open: opening({ name: 'pipedrive', adapter: 'pipedrive', baseUrl: crm.url }),
    secret: crm.token,
    wrongSecret: 'ffffffffffffffffffffffffffffffffffffffff',
    isLog: asks('POST', '/v1/notes'),
    logs: () => crm.notes.list().map(({ content }) => content),
    removeLogs: () => crm.notes.clear(),
    contacts: {
      all: () => crm.persons.list(({ is_deleted: gone }) => gone !== true).map(toContact),
      add: (contact, createdAt) => crm.persons.add(toPerson(contact), createdAt).id.toString(),
      // A deleted person can still be read for 30 days.
      remove: (id) => Object.assign(crm.persons.get(Number(id)) ?? {}, { is_deleted: true }),
      isLookup: asks('GET', '/api/v2/persons/search'),
      isCreate: asks('POST', '/api/v2/persons'),
      nobody: { status: 200, body: { success: true, data: { items: [] } } },
    },
    followUps: {
      all: () => [...tasksIn(crm), ...leadsIn(crm)],
      isCreate: (request) => asks('POST', '/api/v2/activities')(request) || asks('POST', '/v1/leads')(request),
    },
    files: {
      all: () => crm.files.list().map(({ name, size, on }) => ({ name, size, contactId: on })),
      isUpload: asks('POST', '/v1/files'),
    },
  };
}

type Crm = Awaited<ReturnType<typeof startFakePipedrive>>;

const tasksIn = (crm: Crm): readonly SeenFollowUp[] =>
  crm.activities.list().map((task) => ({
    id: String(task.id),
    kind: 'task',
    title: String(task['subject']),
    description: String(task['note']),
    dueAt: `${task['due_date']}T${task['due_time']}.000Z`,
    contactId: String(task.person_id),
    ...(task['owner_id'] !== undefined && { ownerId: String(task['owner_id']) }),
  }));

const leadsIn = (crm: Crm): readonly SeenFollowUp[] =>
  crm.leads.list().map((lead) => ({
    id: lead.id,
    kind: 'lead',
    title: String(lead['title']),
    contactId: String(lead.person_id),
    ...(lead['owner_id'] !== undefined && { ownerId: String(lead['owner_id']) }),
  }));

const toPerson = ({ name, email, phone, customerId, field, ownerId }: Contact) => ({
  name: name ?? '',
  emails: email === undefined ? [] : [{ value: email, primary: true, label: 'work' }],
  phones: phone === undefined ? [] : [{ value: phone, primary: true, label: 'work' }],
  custom_fields: { ...(customerId && { [customerNumber]: customerId }), ...(field && { [segment]: field }) },
  ...(ownerId !== undefined && { owner_id: Number(ownerId) }),
});

function toContact(person: StoredPerson): Contact {
  const first = (list: unknown) => (Array.isArray(list) ? list[0]?.value : undefined);
  const custom = Object(person['custom_fields']);
  const values = {
    name: person['name'],
    email: first(person['emails']),
    phone: first(person['phones']),
    customerId: custom[customerNumber],
    field: custom[segment],
    ownerId: String(person['owner_id']),
  };
  return filled(values);
}
