import { escapeHtml } from '../../conversation/transcript/html.ts';
import { isHolding, isRecord } from '../http/shapes.ts';
import type { Files } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';
import type { ZendeskClient } from './client.ts';

/**
 * Each file is a private comment in the chat's ticket: a comment takes files only when it is written
 * (https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/). The `FileId` has the ids of the
 * ticket, the comment and the file, because it is redacted by all three.
 */
export function createFiles({ call, commentsOf, updateTicket }: ZendeskClient): Files {
  async function find(ticket: string, isWanted: (file: { id: number; file_name: string }) => boolean) {
    for (const comment of (await commentsOf(ticket)) ?? []) {
      const file = comment.attachments?.find(isWanted);
      if (file !== undefined) return [ticket, comment.id, file.id].join('/');
    }
    return undefined;
  }

  return {
    attach: async ({ logId, name, mediaType, bytes }) => {
      const ticket = logId.split(',').at(-1) ?? '';
      const byName = () => find(ticket, (file) => file.file_name === name);
      const known = await byName();
      if (known !== undefined) return known;
      const answer = await call({
        operation: 'add the file',
        method: 'POST',
        path: ['api', 'v2', 'uploads'],
        query: { filename: name },
        headers: { 'content-type': mediaType },
        body: bytes,
      });
      const { token } = answer.as(isHolding('upload', hasToken)).upload;
      const comment = { html_body: escapeHtml(name), public: false, uploads: [token] };
      if (!(await updateTicket(ticket, { comment }))) throw closed();
      return (await byName()) ?? lost();
    },
    remove: async (file) => {
      const [ticket = '', comment = '', attachment = ''] = file.split('/');
      const path = ['api', 'v2', 'tickets', ticket, 'comments', comment, 'attachments', attachment, 'redact'];
      const operation = 'redact the file';
      await call({ operation, method: 'PUT', path, expected: [404], answer: 'anything' });
    },
    exists: async (file) => {
      const [ticket = '', , attachment = ''] = file.split('/');
      // Zendesk replaces a redacted file with an empty `redacted.txt`.
      const found = await find(
        ticket,
        ({ id, file_name: name }) => String(id) === attachment && name !== 'redacted.txt',
      );
      return found !== undefined;
    },
  };
}

const hasToken = (value: unknown): value is { readonly token: string } =>
  isRecord(value) && typeof value['token'] === 'string';

const closed = () =>
  new CrmError('Zendesk has closed the ticket, so the file was not added. The note has its link.', {
    kind: 'permanent',
  });

function lost(): never {
  throw new CrmError('Zendesk took the file and does not show it. It will be tried again.', { kind: 'retryable' });
}
