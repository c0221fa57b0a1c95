import { contactOf } from '../notes/entry.ts';
import type { Files } from '../port/adapter.ts';
import type { OdooClient } from './client.ts';

const model = 'ir.attachment';

/** Attachments of the partner, which Odoo shows above its messages (`odoo/addons/base/models/ir_attachment.py`). */
export function createFiles(client: OdooClient): Files {
  const exists = (id: string) => client.exists('find the file', model, id);
  return {
    attach: async ({ entry, name, mediaType, bytes }) => {
      const of = { res_model: 'res.partner', res_id: Number(contactOf(entry)) };
      const [known] = await client.search('find the file', model, {
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
      return client.create('add the file', model, values);
    },
    remove: async (id) => {
      if (await exists(id)) await client.remove('delete the file', model, id);
    },
    exists,
  };
}
