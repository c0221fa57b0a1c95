import { createIds, RecordTable } from './record-table.ts';

export type StoredFile = {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  /** The contact's or the log's id. */
  readonly on: string;
};

/** A fake CRM's files in memory, oldest first. */
export function createFakeFiles(firstId = 7001) {
  const nextId = createIds(firstId, String);
  return new RecordTable<StoredFile, Omit<StoredFile, 'id'>>((file) => ({ ...file, id: nextId() }));
}

/** The file in a field of a form; its bytes are counted. */
export function fileIn(form: FormData | undefined, field: string): Omit<StoredFile, 'id' | 'on'> | undefined {
  const file = form?.get(field);
  return file instanceof File ? { name: file.name, mediaType: file.type, size: file.size } : undefined;
}
