import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import { startFakeFreshdesk } from '../../support/fake-freshdesk.ts';
import type { StoredContact } from '../../support/fake-freshdesk-store.ts';
import type { Received } from '../../support/fake-server.ts';
import { defineSubject, filled, opening, requesters, running } from '../define-subject.ts';
import type { Contact, RunningCrm } from '../subject.ts';

export const freshdesk = defineSubject({
  start,
  cannedResponses: cannedResponses.freshdesk,
  words: 'html',
  calls: { hundredNewVisitors: 300 },
  suspends: false,
  contacts: {
    ...requesters,
    customerIdField: 'unique_external_id',
  },
  followUps: {},
});

async function start(): Promise<RunningCrm> {
  const crm = await startFakeFreshdesk({ agents: requesters.noteOwners, contactFields: ['segment'] });
  const asks = (method: string, end: string) => (request: Received) =>
    request.method === method && request.path === `/api/v2/${end}`;
  return {
    ...running(crm),
    open: opening({ name: 'freshdesk', adapter: 'freshdesk', baseUrl: crm.url }),
    secret: crm.key,
    wrongSecret: 'of-another-account',
    isLog: asks('POST', 'tickets'),
    logs: () =>
      crm.tickets
        .list(({ deleted }) => deleted !== true)
        .map(({ description, notes }) => [description, ...notes.map(({ body }) => body)].join('')),
    removeLogs: () => {
      for (const ticket of crm.tickets.values()) ticket['deleted'] = true;
    },
    contacts: {
      all: () => crm.contacts.list().map(toContact),
      add: ({ customerId, field, ...own }, createdAt) => {
        const id = customerId === undefined ? {} : { unique_external_id: customerId };
        const custom_fields = field === undefined ? {} : { segment: field };
        return String(crm.contacts.add({ ...own, ...id, custom_fields }, createdAt).id);
      },
      remove: (id) => crm.contacts.delete(Number(id)),
      isLookup: asks('GET', 'contacts'),
      isCreate: asks('POST', 'contacts'),
      nobody: { status: 200, body: [] },
    },
    files: {
      all: () =>
        crm.tickets
          .list()
          .flatMap(({ notes }) =>
            notes.flatMap(({ attachments }) =>
              attachments.map(({ name, size }) => ({ name, size, contactId: 'ticket' })),
            ),
          ),
      isUpload: ({ form, path }) => form !== undefined && path.endsWith('/notes'),
    },
  };
}

function toContact(contact: StoredContact): Contact {
  const { name, email, phone, unique_external_id: customerId, custom_fields: custom, description: remark } = contact;
  const values = { name, email, phone, field: Object(custom).segment, customerId, remark };
  return filled(values);
}
