import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import { type FakeSalesforce, startFakeSalesforce } from '../../support/fake-salesforce.ts';
import { recordsIn, typeOf } from '../../support/fake-salesforce-rules.ts';
import type { Received } from '../../support/fake-server.ts';
import { defineSubject, fieldNames, opening, running } from '../define-subject.ts';
import type { RunningCrm, SeenFollowUp } from '../subject.ts';

const owners = ['005000000000011AAA', '005000000000012AAA'] as const;

export const salesforce = defineSubject({
  start,
  cannedResponses: cannedResponses.salesforce,
  words: 'verbatim',
  credentials: 'renewed',
  suspends: false,
  contacts: {
    names: 'lastRequired',
    customerIdField: 'Customer_Number__c',
    field: 'Title',
    owners,
    refusesDuplicates: false,
    refusedEmail: 'eva@localhost',
    maxEmailLength: 80,
    canKeepPhonesUnique: true,
    noteOwners: null,
    takesInactiveOwners: false,
  },
  followUps: { task: { due: 'minute', owners, words: 'verbatim' }, ticket: { due: 'none', owners, words: 'verbatim' } },
});

async function start(): Promise<RunningCrm> {
  const crm = await startFakeSalesforce({ users: owners });
  const { Contact: contacts, Task: tasks } = crm.objects;
  const creates = (type: string) => (request: Received) =>
    request.method === 'POST' && recordsIn(request).some((record) => typeOf(record) === type);
  const isDone = (values: Readonly<Record<string, unknown>>) => values['Status'] === 'Completed';
  return {
    ...running(crm),
    open: opening({ name: 'salesforce', adapter: 'salesforce', baseUrl: crm.url }),
    secret: crm.secret,
    wrongSecret: JSON.stringify({ ...JSON.parse(crm.secret), clientSecret: 'SECRET-OF-ANOTHER' }),
    isTokenRequest: ({ path }) => path === '/services/oauth2/token',
    isLog: (request) => creates('Task')(request) && recordsIn(request).some(isDone),
    logs: () => tasks.list(({ values }) => isDone(values)).map(({ values }) => String(values['Description'])),
    removeLogs: () => {
      for (const [id, { values }] of tasks) if (isDone(values)) tasks.delete(id);
    },
    contacts: {
      all: () => contacts.list().map(({ values }) => toOurs(values)),
      // A country that is there already is no blank to fill.
      add: (contact, createdAt) => contacts.add({ MailingCountry: 'Austria', ...toTheirs(contact) }, createdAt).id,
      remove: (id) => contacts.delete(id),
      isLookup: ({ path }) => path.endsWith('/query'),
      isCreate: creates('Contact'),
      nobody: { status: 200, body: { totalSize: 0, done: true, records: [] } },
    },
    followUps: {
      all: () => [...seen('task', crm), ...seen('ticket', crm)],
      isCreate: (request) => creates('Case')(request) || (creates('Task')(request) && !recordsIn(request).some(isDone)),
    },
    files: {
      all: () =>
        crm.objects.ContentVersion.list().map(({ values }) => ({
          name: String(values['Title']),
          size: Buffer.from(String(values['VersionData']), 'base64').length,
          contactId: String(values['FirstPublishLocationId']),
        })),
      isUpload: creates('ContentVersion'),
    },
  };
}

const { toOurs, toTheirs } = fieldNames({
  email: 'Email',
  first: 'FirstName',
  last: 'LastName',
  phone: 'Phone',
  customerId: 'Customer_Number__c',
  field: 'Title',
  ownerId: 'OwnerId',
  remark: 'Description',
});

const seen = (kind: 'task' | 'ticket', { objects }: FakeSalesforce): readonly SeenFollowUp[] =>
  objects[kind === 'task' ? 'Task' : 'Case']
    .list(({ values }) => values['Status'] === undefined)
    .map(({ id, values }) => ({
      id,
      kind,
      title: String(values['Subject']),
      description: String(values['Description']),
      ...text('dueAt', values['ReminderDateTime']),
      ...text('ownerId', values['OwnerId']),
      ...text('contactId', values['WhoId'] ?? values['ContactId']),
    }));

const text = (name: 'dueAt' | 'ownerId' | 'contactId', value: unknown) =>
  typeof value === 'string' ? { [name]: value } : {};
