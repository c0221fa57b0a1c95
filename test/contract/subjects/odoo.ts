import { cannedResponses } from '../../../cli/commands/preview/canned-responses.ts';
import { type OdooRecord, startFakeOdoo } from '../../support/fake-odoo.ts';
import type { Received } from '../../support/fake-server.ts';
import { defineSubject, filled, opening, running } from '../define-subject.ts';
import type { Contact, RunningCrm, SeenFollowUp } from '../subject.ts';

const owners = ['7', '8'] as const;

export const odoo = defineSubject({
  start,
  cannedResponses: cannedResponses.odoo,
  words: 'html',
  newestOnTop: true,
  updatesTell: 'success',
  calls: { hundredNewVisitors: 300 },
  suspends: false,
  contacts: {
    names: 'whole',
    customerIdField: 'ref',
    field: 'function',
    owners,
    refusesDuplicates: false,
    refusedEmail: null,
    maxEmailLength: null,
    canKeepPhonesUnique: false,
    noteOwners: null,
    takesInactiveOwners: true,
  },
  followUps: { task: { due: 'day', owners, words: 'html' } },
});

async function start(): Promise<RunningCrm> {
  const crm = await startFakeOdoo({ users: owners.map(Number) });
  const calls = (method: string) => (request: Received) => request.path === `/json/2/${method}`;
  const { 'res.partner': partners, 'mail.message': messages, 'mail.activity': activities } = crm.records;
  return {
    ...running(crm),
    open: opening({ name: 'odoo', adapter: 'odoo', baseUrl: crm.url }),
    secret: crm.key,
    wrongSecret: '00000000000000000000000000000000',
    isLog: calls('res.partner/message_post'),
    isRead: ({ path }) => path.endsWith('/search_read'),
    logs: () => messages.list().map(({ body }) => String(body)),
    removeLogs: () => messages.clear(),
    contacts: {
      all: () => partners.list().map(toContact),
      add: (
        { first, last, name = [first, last].filter(Boolean).join(' '), field, customerId, ownerId, ...ways },
        at,
      ) => {
        const more = {
          ...(field !== undefined && { function: field }),
          ...(customerId !== undefined && { ref: customerId }),
          ...(ownerId !== undefined && { user_id: [Number(ownerId), 'User'] }),
        };
        return String(partners.add({ name, ...ways, ...more }, at).id);
      },
      remove: (id) => partners.delete(Number(id)),
      archive: (id) => Object.assign(partners.get(Number(id)) ?? {}, { active: false }),
      isLookup: calls('res.partner/search_read'),
      isCreate: (request) => calls('res.partner/load')(request) && !Object(request.body).fields.includes('.id'),
      nobody: { status: 200, body: [] },
    },
    followUps: {
      all: () => activities.list().map(toFollowUp),
      isCreate: calls('res.partner/activity_schedule'),
    },
    files: {
      all: () =>
        crm.records['ir.attachment'].list().map(({ name, datas, res_id: partner }) => ({
          name: String(name),
          size: Buffer.from(String(datas), 'base64').length,
          contactId: String(partner),
        })),
      isUpload: calls('ir.attachment/create'),
    },
  };
}

function toContact({
  name,
  email,
  phone,
  function: field,
  ref: customerId,
  user_id: owner,
  comment: remark,
}: OdooRecord): Contact {
  const ownerId = Array.isArray(owner) ? String(owner[0]) : undefined;
  const values = { name, email, phone, field, customerId, ownerId, remark };
  return filled(values);
}

const toFollowUp = ({
  id,
  summary,
  note,
  date_deadline: day,
  user_id: owner,
  res_id: partner,
}: OdooRecord): SeenFollowUp => ({
  id: String(id),
  kind: 'task',
  title: String(summary),
  description: String(note),
  dueAt: String(day),
  ...(typeof owner === 'number' && { ownerId: String(owner) }),
  contactId: String(partner),
});
