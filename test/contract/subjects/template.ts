import { createTemplateAdapter } from '../../../lambda/crm/template/index.ts';
import type { Received } from '../../support/fake-server.ts';
import { startFakeTemplateCrm } from '../../support/fake-template-crm.ts';
import { defineSubject, fieldNames, running } from '../define-subject.ts';
import type { RunningCrm } from '../subject.ts';

const owners = ['u-1', 'u-2'] as const;

export const template = defineSubject({
  start,
  // For a CRM that can be configured: cannedResponses.<crm> of cli/commands/preview/canned-responses.ts.
  cannedResponses: ({ method }) =>
    method === 'GET'
      ? { status: 200, body: { contacts: [], notes: [], tasks: [] } }
      : { status: 201, body: { id: 'preview' } },
  words: 'html',
  calls: { hundredNewVisitors: 300 },
  suspends: false,
  contacts: {
    names: 'lastRequired',
    typedPhone: false,
    customerIdField: 'customer_number',
    field: 'tier',
    owners,
    severalBy: 'phone',
    refusedEmail: 'eva@example.invalid',
    maxEmailLength: null,
    textPlace: false,
    canKeepPhonesUnique: false,
    noteOwners: null,
    takesInactiveOwners: false,
  },
  files: false,
  followUps: { task: { due: 'minute', owners, words: 'html' } },
});

async function start(): Promise<RunningCrm> {
  const crm = await startFakeTemplateCrm();
  const settings = { name: 'template', adapter: 'template', baseUrl: crm.url } as const;
  const is = (method: string, path: RegExp) => (request: Received) =>
    request.method === method && path.test(request.path);
  return {
    ...running(crm),
    // For a CRM that can be configured: opening(settings) of ../define-subject.ts.
    open: async (deps, changes) => createTemplateAdapter({ ...settings, ...changes }, deps),
    secret: crm.key,
    wrongSecret: 'a-key-of-somebody-else',
    isLog: is('POST', /\/notes$/),
    logs: () => crm.notes.list().map(({ html }) => String(html)),
    removeLogs: () => crm.notes.clear(),
    contacts: {
      all: () => crm.contacts.list().map(toOurs),
      add: (contact, createdAt) => crm.contacts.add(toTheirs(contact), createdAt).id,
      remove: (id) => crm.contacts.delete(id),
      isLookup: is('GET', /\/contacts(\/\w+)?$/),
      isCreate: is('POST', /\/contacts$/),
      nobody: { status: 200, body: { contacts: [] } },
    },
    followUps: {
      all: () =>
        crm.tasks.list().map((task) => ({
          id: task.id,
          kind: 'task' as const,
          title: String(task['title']),
          description: String(task['description']),
          dueAt: String(task['due_at']),
          ownerId: String(task['owner_id']),
          contactId: String(task['contact_id']),
        })),
      isCreate: is('POST', /\/tasks$/),
    },
  };
}

const { toOurs, toTheirs } = fieldNames({
  email: 'email',
  first: 'first_name',
  last: 'last_name',
  phone: 'phone',
  customerId: 'customer_number',
  field: 'tier',
  ownerId: 'owner_id',
});
