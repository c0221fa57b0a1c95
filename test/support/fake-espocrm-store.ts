export type Values = Readonly<Record<string, unknown>>;
export type StoredRecord = { readonly id: string; readonly createdAt: string } & Record<string, unknown>;
export type EspocrmStore = ReturnType<typeof createEspocrmStore>;

/** Entities whose records live beside the stream's notes. */
export const entities = ['Contact', 'Task', 'Case'] as const;
export type Entity = (typeof entities)[number];

/** EspoCRM's records and stream in memory. */
export function createEspocrmStore() {
  const records: Readonly<Record<Entity, Map<string, StoredRecord>>> = {
    Contact: new Map(),
    Task: new Map(),
    Case: new Map(),
  };
  const notes = new Map<string, StoredRecord>();
  let lastNumber = 0;
  const nextId = () => {
    lastNumber += 1;
    return `65f1c0ffee${String(lastNumber).padStart(7, '0')}`;
  };

  function add(entity: Entity, values: Values, createdAt = new Date()): StoredRecord {
    const record = { ...values, id: nextId(), createdAt: toSeconds(createdAt), deleted: false };
    records[entity].set(record.id, record);
    // Whoever opens the stream sees first that somebody made the record.
    if (entity === 'Contact') addNote({ type: 'Create', parentType: entity, parentId: record.id });
    return record;
  }

  function addNote(values: Values, createdAt = new Date()): StoredRecord {
    const note = { ...values, id: nextId(), number: lastNumber, createdAt: toSeconds(createdAt) };
    notes.set(note.id, note);
    return note;
  }

  /** What was not deleted. */
  const there = (entity: Entity) => [...records[entity].values()].filter((record) => record['deleted'] !== true);

  const read = (entity: Entity, id: string) => there(entity).find((record) => record.id === id);

  return { records, notes, add, addNote, there, read };
}

const toSeconds = (at: Date) => at.toISOString().slice(0, 19).replace('T', ' ');
