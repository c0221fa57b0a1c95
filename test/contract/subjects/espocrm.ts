import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import { startFakeEspocrm } from '../../support/fake-espocrm.ts';
import type { StoredRecord } from '../../support/fake-espocrm-store.ts';
import type { Received } from '../../support/fake-server.ts';
import { defineSubject, fieldNames, opening, running } from '../define-subject.ts';
import type { RunningCrm, SeenFollowUp } from '../subject.ts';

const owners = ['65e0000000000karl', '65e0000000000jana'] as const;

export const espocrm = defineSubject({
  start,
  cannedResponses: cannedResponses.espocrm,
  words: 'markdown',
  newestOnTop: true,
  calls: { hundredNewVisitors: 300 },
  suspends: false,
  contacts: {
    names: 'lastRequired',
    typedPhone: false,
    customerIdField: 'cCustomerNumber',
    field: 'cSegment',
    owners,
    refusedEmail: 'eva..horakova@example.com',
    maxEmailLength: null,
    refusesUnknownFields: false,
    canKeepPhonesUnique: false,
    noteOwners: null,
    takesInactiveOwners: true,
  },
  followUps: { task: { due: 'minute', owners, words: 'markdown' }, ticket: { due: 'none', owners, words: 'markdown' } },
});

async function start(): Promise<RunningCrm> {
  const crm = await startFakeEspocrm({ users: owners, customFields: ['cCustomerNumber', 'cSegment'] });
  const asks = (method: string, entity: string) => (request: Received) =>
    request.method === method && request.path === `/api/v1/${entity}`;
  const posts = () => crm.notes.list(({ type }) => type === 'Post');
  return {
    ...running(crm),
    open: opening({ name: 'espocrm', adapter: 'espocrm', baseUrl: crm.url }),
    secret: crm.apiKey,
    wrongSecret: '00000000000000000000000000000000',
    isLog: asks('POST', 'Note'),
    logs: () => posts().map(({ post }) => String(post)),
    removeLogs: () => {
      for (const { id } of posts()) crm.notes.delete(id);
    },
    contacts: {
      all: () => crm.there('Contact').map(toOurs),
      add: (contact, createdAt) => crm.add('Contact', { lastName: 'Nobody', ...toTheirs(contact) }, createdAt).id,
      remove: (id) => Object.assign(crm.records.Contact.get(id) ?? {}, { deleted: true }),
      isLookup: asks('GET', 'Contact'),
      isCreate: asks('POST', 'Contact'),
      nobody: { status: 200, body: { total: 0, list: [] } },
    },
    followUps: {
      all: () => [
        ...crm.there('Task').map((record) => seen('task', record)),
        ...crm.there('Case').map((record) => seen('ticket', record)),
      ],
      isCreate: (request) => asks('POST', 'Task')(request) || asks('POST', 'Case')(request),
    },
    files: {
      all: () => crm.files.seen(),
      isUpload: asks('POST', 'Attachment'),
    },
  };
}

const { toOurs, toTheirs } = fieldNames({
  email: 'emailAddress',
  first: 'firstName',
  last: 'lastName',
  phone: 'phoneNumber',
  customerId: 'cCustomerNumber',
  field: 'cSegment',
  ownerId: 'assignedUserId',
  remark: 'description',
});

function seen(kind: SeenFollowUp['kind'], record: StoredRecord): SeenFollowUp {
  const { id, name, description, dateEnd, assignedUserId, parentId, contactId } = record;
  const contact = parentId ?? contactId;
  return {
    id,
    kind,
    title: String(name),
    description: String(description),
    ...(typeof dateEnd === 'string' && { dueAt: `${dateEnd.replace(' ', 'T')}.000Z` }),
    ...(typeof assignedUserId === 'string' && { ownerId: assignedUserId }),
    ...(typeof contact === 'string' && { contactId: contact }),
  };
}
