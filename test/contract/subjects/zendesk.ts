import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import type { Received } from '../../support/fake-server.ts';
import { startFakeZendesk } from '../../support/fake-zendesk.ts';
import type { StoredUser } from '../../support/fake-zendesk-store.ts';
import { defineSubject, filled, opening, requesters, running } from '../define-subject.ts';
import type { Contact, RunningCrm } from '../subject.ts';

export const zendesk = defineSubject({
  start,
  cannedResponses: cannedResponses.zendesk,
  words: 'html',
  calls: { hundredNewVisitors: 300 },
  suspends: true,
  contacts: {
    ...requesters,
    typedPhone: false,
    customerIdField: 'customer_number',
    refusesUnknownFields: false,
  },
  followUps: {},
});

async function start(): Promise<RunningCrm> {
  const crm = await startFakeZendesk({ agents: requesters.noteOwners, userFields: ['customer_number', 'segment'] });
  const asks = (method: string, end: string) => (request: Received) =>
    request.method === method && request.path === `/api/v2/${end}`;
  return {
    ...running(crm),
    open: opening({ name: 'zendesk', adapter: 'zendesk', baseUrl: crm.url }),
    secret: crm.secret,
    wrongSecret: '{"email":"forwarder@shop.example","token":"of-another-account"}',
    isLog: asks('POST', 'tickets'),
    logs: () => crm.tickets.list().map(({ comments }) => comments.map(({ html_body: html }) => html).join('')),
    removeLogs: () => crm.tickets.clear(),
    contacts: {
      all: () => crm.users.list(({ active }) => active === true).map(toContact),
      add: ({ customerId, field, ...own }, createdAt) => {
        const user_fields = { ...(customerId && { customer_number: customerId }), ...(field && { segment: field }) };
        const user = { ...own, user_fields };
        return String(crm.users.add(user, createdAt).id);
      },
      // A deleted user can still be read, as not active, and its address is free again.
      remove: (id) => {
        const user = crm.users.get(Number(id));
        if (user !== undefined) Object.assign(user, { active: false, email: undefined });
      },
      isLookup: asks('GET', 'users/search'),
      isCreate: asks('POST', 'users'),
      nobody: { status: 200, body: { users: [] } },
    },
    files: {
      all: () =>
        crm.tickets
          .list()
          .flatMap(({ comments }) =>
            comments.flatMap(({ attachments }) =>
              attachments
                .filter(({ file_name: name }) => name !== 'redacted.txt')
                .map(({ file_name: name, size }) => ({ name, size, contactId: 'ticket' })),
            ),
          ),
      // The file is there once a comment has it.
      isUpload: ({ method, text }) => method === 'PUT' && text.includes('"uploads":['),
    },
  };
}

function toContact({ name, email, phone, notes, user_fields: custom }: StoredUser): Contact {
  const { customer_number: customerId, segment: field } = Object(custom);
  const values = { name, email, phone, field, customerId, remark: notes };
  return filled(values);
}
