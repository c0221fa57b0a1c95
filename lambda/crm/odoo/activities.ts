import { oneLine } from '../../conversation/clean-text.ts';
import { renderHtml } from '../../conversation/transcript/formats.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf } from '../notes/entry.ts';
import { assigned, describedIn, hasReference, localDay, requiringUser } from '../notes/follow-up.ts';
import { logAsNotes, notesIn } from '../notes/notes.ts';
import type { Files, FollowUpId, FollowUpRequest, FollowUps } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import type { Domain, OdooClient } from './client.ts';
import type { OdooSettings } from './settings.ts';

/** Bytes. Odoo has no limit, but longer notes are hard to read. */
const maxPartLength = 60_000;
const noteModel = 'mail.message';

/**
 * Internal: `message_post` would send anything else to the partner's followers, by default the visitor. It escapes the
 * text unless `body_is_html` (https://github.com/odoo/odoo/blob/19.0/addons/mail/models/mail_thread.py).
 */
export function createNotes(client: OdooClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>) {
  const exists = (id: string) => client.exists('find the note', noteModel, id);

  return logAsNotes({
    newestOnTop: true,
    render: notesIn(renderHtml, { limit: maxPartLength, measure: 'bytes' }, deps),
    create: (entry, body) =>
      client.make('create the note', 'res.partner/message_post', contactOf(entry), {
        body,
        body_is_html: true,
        message_type: 'comment',
        subtype_xmlid: 'mail.mt_note',
      }),
    // Odoo answers 403 for a missing message, as for somebody else's.
    update: async (id, body) => {
      if (!(await exists(id))) return false;
      await client.change('update the note', noteModel, id, { body });
      return true;
    },
    remove: async (id) => {
      if (await exists(id)) await client.remove('delete the note', noteModel, id);
    },
    exists,
    list: async (entry) => {
      const found = await client.search('find the note', noteModel, {
        domain: [
          ['model', '=', 'res.partner'],
          ['res_id', '=', Number(contactOf(entry))],
          ['body', 'ilike', 'Smartsupp chat'],
        ],
        fields: ['body'],
        order: 'id desc',
      });
      return found.map(({ id, body }) => ({ id: String(id), body: String(body) }));
    },
  });
}

const maxTitleLength = 255;

/**
 * Otherwise Odoo e-mails the user of each new activity (`mail/models/mail_activity.py`), who sees it in their list
 * anyway.
 */
const unnotified = { mail_activity_quick_update: true };

/** `activity_schedule` assigns an activity to nobody by default. */
export function createFollowUps(
  client: OdooClient,
  { owners }: Pick<OdooSettings, 'owners'>,
  deps: Pick<AdapterDeps, 'timezone' | 'language'>,
): FollowUps {
  const description = describedIn(renderHtml, deps);

  const createFor = (request: FollowUpRequest, userId: string): Promise<FollowUpId> =>
    client.make('create the task', 'res.partner/activity_schedule', contactOf(request), {
      act_type_xmlid: 'mail.mail_activity_data_todo',
      summary: oneLine(request.followUp.title, maxTitleLength),
      note: description(request),
      date_deadline: localDay(request.followUp.dueAt, deps.timezone),
      user_id: Number(userId),
      context: unnotified,
    });

  const create = assigned(
    {
      fallback: owners?.fallback,
      ownerOfContact: salespersonOf,
      ourselves: client.ownUserId,
      // A search leaves out those who were archived.
      requireUser: requiringUser((id) => client.exists('find the user', 'res.users', id), {
        vendor: 'Odoo',
        ownerField: 'user_id',
      }),
    },
    createFor,
  );

  async function salespersonOf(request: FollowUpRequest): Promise<string | undefined> {
    const domain: Domain = [['id', '=', Number(contactOf(request))]];
    const [partner] = await client.search('read the contact', 'res.partner', { domain, fields: ['user_id'] });
    const user = partner?.['user_id'];
    return Array.isArray(user) ? String(user[0]) : undefined;
  }

  /** Also finds archived activities, which are done. */
  async function find(request: FollowUpRequest): Promise<FollowUpId | undefined> {
    const activities = await client.search('find the task', 'mail.activity', {
      domain: [
        ['res_model', '=', 'res.partner'],
        ['res_id', '=', Number(contactOf(request))],
        ['note', 'ilike', 'Smartsupp follow-up'],
      ],
      fields: ['note'],
      context: { active_test: false },
    });
    const task = activities.find(({ note }) => hasReference(note, request));
    return task && String(task.id);
  }

  return { create: oneByOne(create), find };
}

const fileModel = 'ir.attachment';

/** Attachments of the partner, which Odoo shows above its messages (`odoo/addons/base/models/ir_attachment.py`). */
export function createFiles(client: OdooClient): Files {
  const exists = (id: string) => client.exists('find the file', fileModel, id);
  return {
    attach: async ({ entry, name, mediaType, bytes }) => {
      const of = { res_model: 'res.partner', res_id: Number(contactOf(entry)) };
      const [known] = await client.search('find the file', fileModel, {
        domain: [
          ['res_model', '=', of.res_model],
          ['res_id', '=', of.res_id],
          ['name', '=', name],
        ],
        fields: ['name'],
        limit: 1,
      });
      if (known !== undefined) return String(known.id);
      const values = { ...of, name, mimetype: mediaType, datas: Buffer.from(bytes).toString('base64') };
      return client.create('add the file', fileModel, values);
    },
    remove: async (id) => {
      if (await exists(id)) await client.remove('delete the file', fileModel, id);
    },
    exists,
  };
}
