import { createFakeFiles, fileIn, type StoredFile } from './fake-files.ts';
import type { HubspotStore } from './fake-hubspot-store.ts';
import type { Received, Reply } from './fake-server.ts';

export type HubspotFiles = ReturnType<typeof createHubspotFiles>;

/** https://developers.hubspot.com/docs/api-reference/2026-03/files/guide: in folders, of which notes name some by id. */
export function createHubspotFiles({ objects: { notes } }: HubspotStore) {
  const files = createFakeFiles();

  function upload({ form }: Received): Reply {
    const file = fileIn(form, 'file');
    const folder = form?.get('folderPath');
    const { access, overwrite } = JSON.parse(String(form?.get('options')));
    if (file === undefined || typeof folder !== 'string' || access !== 'PRIVATE') return { status: 400, body: {} };
    const name = String(form?.get('fileName') ?? file.name);
    // The old file is deleted, and the new one has another id.
    const isOld = (other: StoredFile) => other.on === folder && other.name === name;
    if (overwrite === true) for (const { id } of files.list(isOld)) files.delete(id);
    return { status: 201, body: view(files.add({ ...file, name, on: folder })) };
  }

  return {
    files,
    /** Those that a note names, with the note's contact. */
    attached: () =>
      notes.list().flatMap(({ properties, contactIds: [contactId = ''] }) =>
        (properties['hs_attachment_ids'] ?? '').split(';').flatMap((id) => {
          const file = files.get(id);
          return file === undefined ? [] : [{ name: file.name, size: file.size, contactId }];
        }),
      ),
    route: (request: Received): Reply => {
      const [, , , , id = '', deletion] = request.path.split('/');
      if (request.method === 'POST') return upload(request);
      const file = files.get(id);
      if (file === undefined) return { status: 404, body: { status: 'error', message: 'No file' } };
      if (deletion !== 'gdpr-delete') return { status: 200, body: view(file) };
      files.delete(id);
      return { status: 204 };
    },
  };
}

const view = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name, archived: false });
