import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import type { Received } from '../../support/fake-server.ts';
import { startFakeZoho } from '../../support/fake-zoho.ts';
import { opening } from '../opening.ts';
import type { Contact, RunningCrm, Subject } from '../subject.ts';

const owners = ['1000000000011', '1000000000012'] as const;

export const zoho: Subject = {
  start,
  cannedResponses: cannedResponses.zoho,
  words: 'verbatim',
  readsAnswers: true,
  credentials: 'renewed',
  check: 'tries',
  findsLogs: true,
  removesLogs: true,
  updatesTell: 'id',
  calls: { newVisitor: 3, knownVisitor: 2, hundredNewVisitors: 3 },
  suspends: false,
  contacts: {
    names: 'lastRequired',
    phone: true,
    typedPhone: false,
    customerIdField: 'Customer_Number',
    fillsTell: 'id',
    field: 'Title',
    owners,
    severalBy: 'email',
    refusesDuplicates: true,
    keepsEmailsUnique: false,
    refusedEmail: 'eva@localhost',
    maxEmailLength: 100,
    textPlace: true,
    refusesUnknownFields: true,
    canKeepPhonesUnique: true,
    noteOwners: null,
    takesInactiveOwners: false,
    checksFields: true,
    checksOwners: true,
  },
  files: true,
  followUps: { task: { due: 'day', owners, words: 'verbatim' } },
};

async function start(): Promise<RunningCrm> {
  const crm = await startFakeZoho({ users: owners });
  const { Contacts, Notes, Tasks } = crm.modules;
  const posts = (end: string) => (request: Received) => request.method === 'POST' && request.path.endsWith(end);
  return {
    server: crm,
    refusals: crm.refusals,
    open: opening({ name: 'zoho', adapter: 'zoho', dataCentre: 'eu', baseUrl: crm.url, accountsUrl: crm.url }),
    secret: crm.secret,
    wrongSecret: JSON.stringify({ ...JSON.parse(crm.secret), refreshToken: '1000.refresh.revoked' }),
    isTokenRequest: posts('/oauth/v2/token'),
    isLog: posts('/Notes'),
    isRead: posts('/coql'),
    logs: () => [...Notes.values()].map(({ values }) => String(values['Note_Content'])),
    removeLogs: () => Notes.clear(),
    contacts: {
      all: () => [...Contacts.values()].map(({ values }) => toOurs(values)),
      add: (contact, createdAt) => crm.add('Contacts', toTheirs(contact), createdAt).id,
      remove: (id) => Contacts.delete(id),
      isLookup: posts('/coql'),
      isCreate: (request) => posts('/Contacts/upsert')(request) || posts('/Contacts')(request),
      nobody: { status: 204 },
    },
    followUps: {
      all: () =>
        [...Tasks.values()].map(({ id, values }) => ({
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
      all: () => [...crm.files.values()].map(({ name, size, on }) => ({ name, size, contactId: on })),
      isUpload: (request) => request.method === 'POST' && request.path.endsWith('/Attachments'),
    },
    violations: () => crm.violations,
  };
}

const names = [
  ['Email', 'email'],
  ['First_Name', 'first'],
  ['Last_Name', 'last'],
  ['Phone', 'phone'],
  ['Customer_Number', 'customerId'],
  ['Title', 'field'],
  ['Description', 'remark'],
] as const;

/** A country that is there already is no blank to fill. */
const toTheirs = (contact: Contact) => ({
  Mailing_Country: 'Austria',
  ...Object.fromEntries(
    names.flatMap(([theirs, ours]) => (contact[ours] === undefined ? [] : [[theirs, contact[ours]]])),
  ),
});

function toOurs(values: Readonly<Record<string, unknown>>): Contact {
  const pairs = names.flatMap(([theirs, ours]) => (values[theirs] === undefined ? [] : [[ours, values[theirs]]]));
  return { ...Object.fromEntries(pairs), ...idOf('ownerId', values['Owner']) };
}

const idOf = <Name extends string>(name: Name, value: unknown) =>
  (typeof value === 'object' && value !== null && 'id' in value ? { [name]: String(value.id) } : {}) as {
    readonly [Key in Name]?: string;
  };
