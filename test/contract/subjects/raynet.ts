import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import { type StoredRecord, startFakeRaynet } from '../../support/fake-raynet.ts';
import type { Received } from '../../support/fake-server.ts';
import { defineSubject, filled, opening, running } from '../define-subject.ts';
import type { Contact, RunningCrm, SeenFollowUp } from '../subject.ts';

const owners = ['7', '8'] as const;

export const raynet = defineSubject({
  start,
  cannedResponses: cannedResponses.raynet,
  words: 'html',
  updatesTell: 'perhaps nothing',
  calls: { hundredNewVisitors: 300 },
  suspends: false,
  contacts: {
    names: 'lastRequired',
    customerIdField: 'extId:shop',
    fillsTell: 'perhaps nothing',
    field: 'Segment_a1b2c',
    owners,
    refusesDuplicates: false,
    refusedEmail: null,
    maxEmailLength: null,
    canKeepPhonesUnique: false,
    noteOwners: null,
    takesInactiveOwners: false,
  },
  files: false,
  followUps: { task: { due: 'minute', owners, words: 'html' } },
});

async function start(): Promise<RunningCrm> {
  const crm = await startFakeRaynet({ users: owners.map(Number), customFields: ['Segment_a1b2c'] });
  const creates = (entity: string) => (request: Received) =>
    request.method === 'PUT' && request.path === `/api/v2/${entity}/`;
  const { person, event, task } = crm.records;
  return {
    ...running(crm),
    open: opening({
      name: 'raynet',
      adapter: 'raynet',
      instance: crm.instance,
      baseUrl: `${crm.url}/api/v2`,
      owners: { fallback: owners[1] },
    }),
    secret: crm.secret,
    wrongSecret: '{"user":"forwarder@shop.example","apiKey":"crm-of-another-account"}',
    isLog: creates('event'),
    logs: () => event.list().map(({ description }) => String(description)),
    removeLogs: () => event.clear(),
    contacts: {
      all: () => person.list((contact) => contact['activeUserAccount'] !== true).map(toContact),
      add: ({ email, phone, first, last, customerId, field, ownerId }, createdAt) => {
        const record = {
          firstName: first,
          lastName: last,
          contactInfo: { email, tel1: phone },
          ...(customerId !== undefined && { extId: `shop:${customerId}` }),
          ...(field !== undefined && { customFields: { Segment_a1b2c: field } }),
          ...(ownerId !== undefined && { owner: Number(ownerId) }),
        };
        return String(person.add(record, createdAt).id);
      },
      remove: (id) => person.delete(Number(id)),
      archive: (id) => Object.assign(person.get(Number(id)) ?? {}, { 'rowInfo.rowState': 'INVALID' }),
      isLookup: ({ method, path }) => method === 'GET' && path.startsWith('/api/v2/person/'),
      isCreate: creates('person'),
      nobody: { status: 200, body: { success: 'true', totalCount: 0, data: [] } },
    },
    followUps: { all: () => task.list().map(toFollowUp), isCreate: creates('task') },
  };
}

function toContact({ firstName, lastName, contactInfo, customFields, extIds, owner, notice }: StoredRecord): Contact {
  const { email, tel1 } = Object(contactInfo ?? {});
  const [customerId] = Array.isArray(extIds) ? extIds : [];
  const values = {
    first: firstName,
    last: lastName,
    email,
    phone: tel1,
    field: Object(customFields ?? {}).Segment_a1b2c,
    customerId: typeof customerId === 'string' ? customerId.replace(/^shop:/, '') : undefined,
    remark: notice,
    ownerId: owner === undefined ? undefined : String(owner),
  };
  return filled(values);
}

const toFollowUp = ({ id, title, description, deadline, resolver, person }: StoredRecord): SeenFollowUp => ({
  id: String(id),
  kind: 'task',
  title: String(title),
  description: String(description),
  dueAt: new Date(String(deadline)).toISOString(),
  ownerId: String(resolver),
  contactId: String(person),
});
