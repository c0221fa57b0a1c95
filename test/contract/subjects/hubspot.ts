import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import { startFakeHubspot } from '../../support/fake-hubspot.ts';
import type { StoredObject } from '../../support/fake-hubspot-store.ts';
import type { Received } from '../../support/fake-server.ts';
import { defineSubject, fieldNames, opening, running } from '../define-subject.ts';
import type { RunningCrm, SeenFollowUp } from '../subject.ts';

const owners = ['41629779', '60158084'] as const;

export const hubspot = defineSubject({
  start,
  cannedResponses: cannedResponses.hubspot,
  words: 'html',
  suspends: false,
  contacts: {
    names: 'optional',
    customerIdField: 'customer_number',
    field: 'jobtitle',
    owners,
    severalBy: 'phone',
    keepsEmailsUnique: true,
    refusedEmail: 'eva@localhost.invalid',
    maxEmailLength: null,
    textPlace: false,
    canKeepPhonesUnique: false,
    noteOwners: null,
    takesInactiveOwners: false,
  },
  followUps: { task: { due: 'minute', owners, words: 'html' }, ticket: { due: 'none', owners, words: 'verbatim' } },
});

async function start(): Promise<RunningCrm> {
  const crm = await startFakeHubspot({ owners });
  const { notes, contacts, tasks, tickets } = crm.objects;
  const posts = (end: string) => (request: Received) => request.method === 'POST' && request.path.endsWith(end);
  return {
    ...running(crm),
    open: opening({ name: 'hubspot', adapter: 'hubspot', baseUrl: crm.url }),
    secret: crm.token,
    wrongSecret: 'pat-eu1-of-another-account',
    isLog: posts('/notes/batch/create'),
    isRead: (request) => posts('/batch/read')(request) || posts('/search')(request),
    logs: () => notes.list().map(({ properties }) => properties['hs_note_body'] ?? ''),
    removeLogs: () => notes.clear(),
    contacts: {
      all: () => contacts.list().map(({ properties }) => toOurs(properties)),
      add: (contact, createdAt) => crm.addContact({ ...toTheirs(contact), country: 'Austria' }, createdAt).id,
      remove: (id) => contacts.delete(id),
      archive: (id) => Object.assign(contacts.get(id) ?? {}, { archived: true }),
      isLookup: (request) => posts('/contacts/batch/read')(request) || posts('/contacts/search')(request),
      isCreate: posts('/contacts/batch/create'),
      nobody: { status: 200, body: { status: 'COMPLETE', results: [], startedAt: at, completedAt: at } },
    },
    followUps: {
      all: () => [...tasks.list().map(toTask), ...tickets.list().map(toTicket)],
      isCreate: (request) => posts('/tasks/batch/create')(request) || posts('/tickets/batch/create')(request),
    },
    files: {
      all: () => crm.attached(),
      isUpload: posts('/files/2026-09/files'),
    },
  };
}

const at = '2026-05-04T08:00:00.000Z';

const { toOurs, toTheirs } = fieldNames({
  email: 'email',
  first: 'firstname',
  last: 'lastname',
  phone: 'phone',
  customerId: 'customer_number',
  field: 'jobtitle',
  ownerId: 'hubspot_owner_id',
});

const toTask = ({ id, properties, contactIds: [contactId] }: StoredObject): SeenFollowUp => ({
  id,
  kind: 'task',
  title: properties['hs_task_subject'] ?? '',
  description: properties['hs_task_body'] ?? '',
  ...(properties['hs_timestamp'] && { dueAt: properties['hs_timestamp'] }),
  ...(properties['hubspot_owner_id'] && { ownerId: properties['hubspot_owner_id'] }),
  ...(contactId !== undefined && { contactId }),
});

const toTicket = (ticket: StoredObject): SeenFollowUp => ({
  ...toTask(ticket),
  kind: 'ticket',
  title: ticket.properties['subject'] ?? '',
  description: ticket.properties['content'] ?? '',
});
