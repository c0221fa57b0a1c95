import { createIds, RecordTable } from './record-table.ts';

export type Values = Readonly<Record<string, unknown>>;
export type StoredRecord = { readonly id: string; readonly createdAt: string } & Record<string, unknown>;
export type EspocrmStore = ReturnType<typeof createEspocrmStore>;

/** Entities whose records live beside the stream's notes. */
export const entities = ['Contact', 'Task', 'Case'] as const;
export type Entity = (typeof entities)[number];

/** EspoCRM's records and stream in memory. */
export function createEspocrmStore() {
  const nextId = createIds(1, (number) => `65f1c0ffee${String(number).padStart(7, '0')}`);
  const toRecord = (values: Values, createdAt: Date): StoredRecord => {
    const id = nextId();
    return { ...values, id, number: Number(id.slice(-7)), createdAt: toSeconds(createdAt), deleted: false };
  };
  const createTable = () => new RecordTable(toRecord);
  const records = { Contact: createTable(), Task: createTable(), Case: createTable() } satisfies Record<
    Entity,
    unknown
  >;
  const notes = createTable();

  function add(entity: Entity, values: Values, createdAt?: Date): StoredRecord {
    const record = records[entity].add(values, createdAt);
    // Whoever opens the stream sees first that somebody made the record.
    if (entity === 'Contact') notes.add({ type: 'Create', parentType: entity, parentId: record.id });
    return record;
  }

  /** What was not deleted. */
  const there = (entity: Entity) => records[entity].list((record) => record['deleted'] !== true);

  const read = (entity: Entity, id: string) => there(entity).find((record) => record.id === id);

  return { records, notes, add, there, read };
}

const toSeconds = (at: Date) => at.toISOString().slice(0, 19).replace('T', ' ');

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
