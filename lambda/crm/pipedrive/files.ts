import { asFile } from '../files/file.ts';
import type { CallApi } from '../http/http.ts';
import { contactOf } from '../notes/entry.ts';
import type { Files } from '../port/adapter.ts';
import { isMany, isOne, isOneWith } from './answers.ts';
import { gone } from './client.ts';

const perPage = 100;

/** On the person, next to its notes: https://developers.pipedrive.com/docs/api/v1/Files. */
export function createFiles(call: CallApi): Files {
  async function idOf(name: string, personId: string): Promise<number | undefined> {
    const path = ['v1', 'persons', personId, 'files'];
    const query = { sort: 'id DESC', limit: String(perPage) };
    const answer = await call({ operation: "list the person's files", method: 'GET', path, query });
    return answer.as(isMany).data?.find((file) => file['name'] === name)?.id;
  }

  async function add(personId: string, file: File): Promise<number> {
    const multipart = new FormData();
    multipart.set('person_id', personId);
    multipart.set('file', file);
    const answer = await call({ operation: 'add the file', method: 'POST', path: ['v1', 'files'], multipart });
    return answer.as(isOne).data.id;
  }

  return {
    attach: async (upload) => {
      const personId = contactOf(upload.entry);
      return String((await idOf(upload.name, personId)) ?? (await add(personId, asFile(upload))));
    },
    remove: async (id) => {
      const path = ['v1', 'files', id];
      const answer = await call({ operation: 'delete the file', method: 'DELETE', path, expected: gone });
      if (!gone.includes(answer.status)) answer.as(isOneWith(id));
    },
    exists: async (id) => {
      const answer = await call({
        operation: 'read the file',
        method: 'GET',
        path: ['v1', 'files', id],
        expected: gone,
      });
      return !gone.includes(answer.status) && answer.as(isOneWith(id)).data['active_flag'] !== false;
    },
  };
}
