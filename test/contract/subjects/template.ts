import { createTemplateAdapter } from '../../../lambda/crm/template/index.ts';
import type { Received } from '../../support/fake-server.ts';
import { startFakeTemplateCrm } from '../../support/fake-template-crm.ts';
import type { Contact, RunningCrm, Subject } from '../subject.ts';

const owners = ['u-1', 'u-2'] as const;

export const template: Subject = {
  start,
  // For a CRM that can be configured: cannedResponses.<crm> of cli/commands/preview/canned-responses.ts.
  cannedResponses: ({ method }) =>
    method === 'GET'
      ? { status: 200, body: { contacts: [], notes: [], tasks: [] } }
      : { status: 201, body: { id: 'preview' } },
  words: 'html',
  readsAnswers: true,
  credentials: 'fixed',
  check: 'tries',
  findsLogs: true,
  removesLogs: true,
  updatesTell: 'id',
  calls: { newVisitor: 3, knownVisitor: 2, hundredNewVisitors: 300 },
  suspends: false,
  contacts: {
    names: 'lastRequired',
    phone: true,
    typedPhone: false,
    customerIdField: 'customer_number',
    fillsTell: 'id',
    field: 'tier',
    owners,
    severalBy: 'phone',
    refusesDuplicates: true,
    keepsEmailsUnique: false,
    refusedEmail: 'eva@example.invalid',
    maxEmailLength: null,
    textPlace: false,
    refusesUnknownFields: true,
    canKeepPhonesUnique: false,
    noteOwners: null,
    takesInactiveOwners: false,
    checksFields: true,
    checksOwners: true,
  },
  files: false,
  followUps: { task: { due: 'minute', owners, words: 'html' } },
};

async function start(): Promise<RunningCrm> {
  const crm = await startFakeTemplateCrm();
  const settings = { name: 'template', adapter: 'template', baseUrl: crm.url } as const;
  const is = (method: string, path: RegExp) => (request: Received) =>
    request.method === method && path.test(request.path);
  return {
    server: crm,
    refusals: crm.refusals,
    // For a CRM that can be configured: opening(settings) of ../opening.ts.
    open: async (deps, changes) => createTemplateAdapter({ ...settings, ...changes }, deps),
    secret: crm.key,
    wrongSecret: 'a-key-of-somebody-else',
    isLog: is('POST', /\/notes$/),
    logs: () => [...crm.notes.values()].map(({ html }) => String(html)),
    removeLogs: () => crm.notes.clear(),
    contacts: {
      all: () => [...crm.contacts.values()].map((contact) => renamed(contact, theirs, ours)),
      add: (contact, createdAt) => crm.addContact(renamed(contact, ours, theirs), createdAt).id,
      remove: (id) => crm.contacts.delete(id),
      isLookup: is('GET', /\/contacts(\/\w+)?$/),
      isCreate: is('POST', /\/contacts$/),
      nobody: { status: 200, body: { contacts: [] } },
    },
    followUps: {
      all: () =>
        [...crm.tasks.values()].map((task) => ({
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
    violations: () => crm.violations,
  };
}

const ours = ['email', 'first', 'last', 'phone', 'customerId', 'field', 'ownerId'] as const;
const theirs = ['email', 'first_name', 'last_name', 'phone', 'customer_number', 'tier', 'owner_id'] as const;

/** A contact under other names; what is blank stays absent. */
const renamed = (contact: Contact | object, from: readonly string[], to: readonly string[]): Contact =>
  Object.fromEntries(
    Object.entries(contact).flatMap(([name, value]) => {
      const renamed = to[from.indexOf(name)];
      return renamed === undefined ? [] : [[renamed, value]];
    }),
  );
