import type { EspocrmStore, Values } from './fake-espocrm-store.ts';

/** `Attachment`: a file is there for one field of one entity, and seen once a record names it. */
export function createEspocrmFiles({ notes }: EspocrmStore) {
  const attachments = new Map<string, { readonly name: string; readonly size: number }>();
  return {
    /** In words what is wrong with it, or its id. */
    add: ({
      name,
      type,
      role,
      parentType,
      field,
      file,
    }: Values): { readonly id: string } | { readonly wrong: string } => {
      const [, mediaType, base64] = /^data:([^;]+);base64,(.*)$/s.exec(String(file)) ?? [];
      if (role !== 'Attachment' || parentType !== 'Note' || field !== 'attachments')
        return { wrong: 'no field for files' };
      if (base64 === undefined || mediaType !== type) return { wrong: 'no file in it' };
      const id = `65f1a77ac${String(attachments.size).padStart(8, '0')}`;
      attachments.set(id, { name: String(name), size: Buffer.from(base64, 'base64').length });
      return { id };
    },
    has: (ids: unknown) => Array.isArray(ids) && ids.every((id) => attachments.has(id)),
    /** Those in the streams, with whose stream it is. */
    seen: () =>
      notes.list().flatMap(({ attachmentsIds: ids, parentId }) =>
        (Array.isArray(ids) ? ids : []).flatMap((id) => {
          const file = attachments.get(id);
          return file === undefined ? [] : [{ ...file, contactId: String(parentId) }];
        }),
      ),
  };
}
