import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import { startFakeEspocrm } from '../../support/fake-espocrm.ts';
import type { StoredRecord } from '../../support/fake-espocrm-store.ts';
import type { Received } from '../../support/fake-server.ts';
import { opening } from '../opening.ts';
import type { Contact, RunningCrm, SeenFollowUp, Subject } from '../subject.ts';

const owners = ['65e0000000000karl', '65e0000000000jana'] as const;

export const espocrm: Subject = {
  start,
  cannedResponses: cannedResponses.espocrm,
  words: 'markdown',
  readsAnswers: true,
  credentials: 'fixed',
  check: 'tries',
  findsLogs: true,
  removesLogs: true,
  newestOnTop: true,
  updatesTell: 'id',
  calls: { newVisitor: 3, knownVisitor: 2, hundredNewVisitors: 300 },
  suspends: false,
  contacts: {
    names: 'lastRequired',
    phone: true,
    typedPhone: false,
    customerIdField: 'cCustomerNumber',
    fillsTell: 'id',
    field: 'cSegment',
    owners,
    severalBy: 'email',
    refusesDuplicates: true,
    keepsEmailsUnique: false,
    refusedEmail: 'eva..horakova@example.com',
    maxEmailLength: null,
    textPlace: true,
    refusesUnknownFields: false,
    canKeepPhonesUnique: false,
    noteOwners: null,
    takesInactiveOwners: true,
    checksFields: true,
    checksOwners: true,
  },
  files: true,
  followUps: { task: { due: 'minute', owners, words: 'markdown' }, ticket: { due: 'none', owners, words: 'markdown' } },
};

async function start(): Promise<RunningCrm> {
  const crm = await startFakeEspocrm({ users: owners, customFields: ['cCustomerNumber', 'cSegment'] });
  const asks = (method: string, entity: string) => (request: Received) =>
    request.method === method && request.path === `/api/v1/${entity}`;
  const posts = () => [...crm.notes.values()].filter(({ type }) => type === 'Post');
  return {
    server: crm,
    refusals: crm.refusals,
    open: opening({ name: 'espocrm', adapter: 'espocrm', baseUrl: crm.url }),
    secret: crm.apiKey,
    wrongSecret: '00000000000000000000000000000000',
    isLog: asks('POST', 'Note'),
    logs: () => posts().map(({ post }) => String(post)),
    removeLogs: () => {
      for (const { id } of posts()) crm.notes.delete(id);
    },
    contacts: {
      all: () => crm.there('Contact').map((record) => renamed(record, toOurs)),
      add: (contact, createdAt) => {
        const values = renamed(contact, toTheirs);
        return crm.add('Contact', { lastName: 'Nobody', ...values }, createdAt).id;
      },
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
    violations: () => crm.violations,
  };
}

const names = [
  ['emailAddress', 'email'],
  ['firstName', 'first'],
  ['lastName', 'last'],
  ['phoneNumber', 'phone'],
  ['cCustomerNumber', 'customerId'],
  ['cSegment', 'field'],
  ['assignedUserId', 'ownerId'],
  ['description', 'remark'],
] as const;

const toOurs = new Map<string, string>(names);
const toTheirs = new Map<string, string>(names.map(([theirs, ours]) => [ours, theirs]));

const renamed = (record: StoredRecord | Contact, to: ReadonlyMap<string, string>): Contact =>
  Object.fromEntries(Object.entries(record).flatMap(([name, value]) => (to.has(name) ? [[to.get(name), value]] : [])));

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
