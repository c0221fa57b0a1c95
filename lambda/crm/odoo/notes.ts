import { renderHtml } from '../../conversation/transcript/html.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { logAsNotes, notesIn } from '../notes/note-parts.ts';
import type { Entry } from '../port/adapter.ts';
import type { OdooClient } from './client.ts';

/** Bytes. Odoo has no limit, but longer notes are hard to read. */
const maxPartLength = 60_000;
const model = 'mail.message';

/**
 * Internal: `message_post` would send anything else to the partner's followers, by default the visitor. It escapes the
 * text unless `body_is_html` (https://github.com/odoo/odoo/blob/19.0/addons/mail/models/mail_thread.py).
 */
export function createNotes(client: OdooClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>) {
  const exists = (id: string) => client.exists('find the note', model, id);

  return logAsNotes({
    newestOnTop: true,
    render: notesIn(renderHtml, { limit: maxPartLength, measure: 'bytes' }, deps),
    create: (entry, body) =>
      client.make('create the note', 'res.partner/message_post', partnerOf(entry), {
        body,
        body_is_html: true,
        message_type: 'comment',
        subtype_xmlid: 'mail.mt_note',
      }),
    // Odoo answers 403 for a missing message, as for somebody else's.
    update: async (id, body) => {
      if (!(await exists(id))) return false;
      await client.change('update the note', model, id, { body });
      return true;
    },
    remove: async (id) => {
      if (await exists(id)) await client.remove('delete the note', model, id);
    },
    exists,
    list: async (entry) => {
      const found = await client.search('find the note', model, {
        domain: [
          ['model', '=', 'res.partner'],
          ['res_id', '=', Number(partnerOf(entry))],
          ['body', 'ilike', 'Smartsupp chat'],
        ],
        fields: ['body'],
        order: 'id desc',
      });
      return found.map(({ id, body }) => ({ id: String(id), body: String(body) }));
    },
  });
}

export function partnerOf({ contactId }: Pick<Entry, 'contactId'>): string {
  if (contactId === undefined) throw new Error('A log in Odoo needs a contact.');
  return contactId;
}
