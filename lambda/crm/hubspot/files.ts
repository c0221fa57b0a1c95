import { asFile } from '../files/file.ts';
import type { CallApi } from '../http/http.ts';
import { hasId, hasTextId } from '../http/shapes.ts';
import type { Files } from '../port/adapter.ts';
import { version } from './answers.ts';
import type { HubspotClient } from './client.ts';

/** @throws CrmError of kind `credentials` if the scope is missing */
export async function tryFiles(call: CallApi): Promise<void> {
  const path = ['files', version, 'files', '0'];
  await call({ operation: 'read files', method: 'GET', path, expected: [404] });
}

const folder = '/smartsupp';
/** Private: HubSpot signs each link for its users. A second upload replaces the first. */
const options = { access: 'PRIVATE', overwrite: true };

/**
 * Attached to the chat's note (https://developers.hubspot.com/docs/api-reference/2026-03/files/guide), which names its
 * files in `hs_attachment_ids`, separated by semicolons.
 */
export function createFiles({ call, read, update }: HubspotClient): Files {
  const path = ['files', version, 'files'];

  return {
    attach: async (upload) => {
      const multipart = new FormData();
      multipart.set('file', asFile(upload));
      multipart.set('fileName', upload.name);
      multipart.set('folderPath', folder);
      multipart.set('options', JSON.stringify(options));
      const { id } = (await call({ operation: 'add the file', method: 'POST', path, multipart })).as(hasTextId);
      const [note = ''] = upload.logId.split(',');
      const [stored] = await read('notes', [note], ['hs_attachment_ids']);
      const attached = (stored?.properties['hs_attachment_ids'] ?? '').split(';').filter((each) => each !== '');
      if (!attached.includes(id)) await update('notes', note, { hs_attachment_ids: [...attached, id].join(';') });
      return id;
    },
    // `gdpr-delete` skips the recycle bin.
    remove: async (id) => {
      const operation = 'delete the file';
      await call({
        operation,
        method: 'DELETE',
        path: [...path, id, 'gdpr-delete'],
        expected: [404],
        answer: 'nothing',
      });
    },
    exists: async (id) => {
      const answer = await call({ operation: 'read the file', method: 'GET', path: [...path, id], expected: [404] });
      return answer.status !== 404 && answer.as(hasId(id))['archived'] !== true;
    },
  };
}
