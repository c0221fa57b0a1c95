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
