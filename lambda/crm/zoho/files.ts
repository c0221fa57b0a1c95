import { asFile } from '../files/file.ts';
import { contactOf } from '../notes/entry.ts';
import type { Files } from '../port/adapter.ts';
import { idFrom, isAttachments, isResults, itemRefusal } from './answers.ts';
import type { ZohoClient } from './client.ts';

/** Zoho gives at most 200 (https://www.zoho.com/crm/developer/docs/api/v8/get-attachments.html). */
const perPage = '200';

/** Attachments of the contact. An attachment's id counts within its contact, so the `FileId` has both. */
export function createFiles({ call }: ZohoClient): Files {
  const attachments = (contactId: string) => ['crm', 'v8', 'Contacts', contactId, 'Attachments'];

  async function listOn(contactId: string) {
    const answer = await call({
      operation: "list the contact's attachments",
      method: 'GET',
      path: attachments(contactId),
      query: { fields: 'id,File_Name', sort_by: 'Created_Time', sort_order: 'desc', per_page: perPage },
      expected: [404],
      answer: 'json or nothing',
    });
    return answer.status === 200 ? answer.as(isAttachments).data : [];
  }

  return {
    attach: async (upload) => {
      const contactId = contactOf(upload.entry);
      const known = (await listOn(contactId)).find((file) => file['File_Name'] === upload.name);
      if (known !== undefined) return `${contactId}/${known.id}`;
      const multipart = new FormData();
      multipart.set('file', asFile(upload));
      const answer = await call({
        operation: 'add the attachment',
        method: 'POST',
        path: attachments(contactId),
        multipart,
      });
      const [id] = answer.as(isResults([undefined])).data.map((result) => {
        const added = idFrom(result);
        if (added === undefined) throw itemRefusal(answer, result);
        return added;
      });
      return `${contactId}/${id}`;
    },
    remove: async (file) => {
      const [contactId = '', id = ''] = file.split('/');
      const path = [...attachments(contactId), id];
      // A file that is already gone is refused as an invalid id.
      await call({ operation: 'delete the attachment', method: 'DELETE', path, expected: [400, 404] });
    },
    exists: async (file) => {
      const [contactId = '', id = ''] = file.split('/');
      return (await listOn(contactId)).some((each) => each.id === id);
    },
  };
}
