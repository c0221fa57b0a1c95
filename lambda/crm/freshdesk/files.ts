import { escapeHtml } from '../../conversation/transcript/html.ts';
import { asFile } from '../files/file.ts';
import type { Files } from '../port/adapter.ts';
import { isNoteWithFile } from './answers.ts';
import type { FreshdeskClient } from './client.ts';

/**
 * Each file is a private note in the chat's ticket (https://developers.freshdesk.com/api/#add_note_to_a_ticket), of at most
 * 20 MB. Freshdesk has no call that reads one attachment, so the `FileId` has the ticket's id as well.
 */
export function createFiles({ call, conversationsOf }: FreshdeskClient): Files {
  const filesIn = async (ticket: string) =>
    (await conversationsOf(ticket)).flatMap(({ attachments = [] }) => attachments);

  return {
    attach: async (upload) => {
      const { logId: ticket, name } = upload;
      const known = (await filesIn(ticket)).find((file) => file.name === name);
      if (known !== undefined) return `${ticket}/${known.id}`;
      const multipart = new FormData();
      multipart.set('body', escapeHtml(name));
      multipart.set('private', 'true');
      multipart.set('attachments[]', asFile(upload));
      const path = ['api', 'v2', 'tickets', ticket, 'notes'];
      const answer = await call({ operation: 'add the file', method: 'POST', path, multipart });
      const [file] = answer.as(isNoteWithFile).attachments;
      return `${ticket}/${file.id}`;
    },
    remove: async (file) => {
      const path = ['api', 'v2', 'attachments', file.split('/')[1] ?? ''];
      await call({ operation: 'delete the file', method: 'DELETE', path, expected: [404], answer: 'nothing' });
    },
    exists: async (file) => {
      const [ticket = '', id = ''] = file.split('/');
      return (await filesIn(ticket)).some((each) => String(each.id) === id);
    },
  };
}
