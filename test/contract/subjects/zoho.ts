import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import type { Received } from '../../support/fake-server.ts';
import { startFakeZoho } from '../../support/fake-zoho.ts';
import { defineSubject, fieldNames, opening, running } from '../define-subject.ts';
import type { RunningCrm } from '../subject.ts';

const owners = ['1000000000011', '1000000000012'] as const;

export const zoho = defineSubject({
  start,
  cannedResponses: cannedResponses.zoho,
  words: 'verbatim',
  credentials: 'renewed',
  suspends: false,
  contacts: {
    names: 'lastRequired',
    typedPhone: false,
    customerIdField: 'Customer_Number',
    field: 'Title',
    owners,
    refusedEmail: 'eva@localhost',
    maxEmailLength: 100,
    canKeepPhonesUnique: true,
    noteOwners: null,
    takesInactiveOwners: false,
  },
  followUps: { task: { due: 'day', owners, words: 'verbatim' } },
});

async function start(): Promise<RunningCrm> {
  const crm = await startFakeZoho({ users: owners });
  const { Contacts, Notes, Tasks } = crm.modules;
  const posts = (end: string) => (request: Received) => request.method === 'POST' && request.path.endsWith(end);
  return {
    ...running(crm),
    open: opening({ name: 'zoho', adapter: 'zoho', dataCentre: 'eu', baseUrl: crm.url, accountsUrl: crm.url }),
    secret: crm.secret,
    wrongSecret: JSON.stringify({ ...JSON.parse(crm.secret), refreshToken: '1000.refresh.revoked' }),
    isTokenRequest: posts('/oauth/v2/token'),
    isLog: posts('/Notes'),
    isRead: posts('/coql'),
    logs: () => Notes.list().map(({ values }) => String(values['Note_Content'])),
    removeLogs: () => Notes.clear(),
    contacts: {
      all: () => Contacts.list().map(({ values }) => ({ ...toOurs(values), ...idOf('ownerId', values['Owner']) })),
      // A country that is there already is no blank to fill.
      add: (contact, createdAt) => Contacts.add({ Mailing_Country: 'Austria', ...toTheirs(contact) }, createdAt).id,
      remove: (id) => Contacts.delete(id),
      isLookup: posts('/coql'),
      isCreate: (request) => posts('/Contacts/upsert')(request) || posts('/Contacts')(request),
      nobody: { status: 204 },
    },
    followUps: {
      all: () =>
        Tasks.list().map(({ id, values }) => ({
          id,
          kind: 'task',
          title: String(values['Subject']),
          description: String(values['Description']),
          dueAt: String(values['Due_Date']),
          ...idOf('contactId', values['Who_Id']),
          ...idOf('ownerId', values['Owner']),
        })),
      isCreate: posts('/Tasks'),
    },
    files: {
      all: () => crm.files.list().map(({ name, size, on }) => ({ name, size, contactId: on })),
      isUpload: (request) => request.method === 'POST' && request.path.endsWith('/Attachments'),
    },
  };
}

const { toOurs, toTheirs } = fieldNames({
  email: 'Email',
  first: 'First_Name',
  last: 'Last_Name',
  phone: 'Phone',
  customerId: 'Customer_Number',
  field: 'Title',
  remark: 'Description',
});

const idOf = <Name extends string>(name: Name, value: unknown) =>
  (typeof value === 'object' && value !== null && 'id' in value ? { [name]: String(value.id) } : {}) as {
    readonly [Key in Name]?: string;
  };
