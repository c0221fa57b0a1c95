type Values = Readonly<Record<string, unknown>>;

/** One kind of a fake CRM's records in memory, oldest first. */
export class RecordTable<Stored extends { readonly id: string | number }, Input = Values> extends Map<
  Stored['id'],
  Stored
> {
  readonly #toRecord: (values: Input, createdAt: Date) => Stored;

  /** @param toRecord what the vendor makes of what was sent: its id, its times, what is blank */
  constructor(toRecord: (values: Input, createdAt: Date) => Stored) {
    super();
    this.#toRecord = toRecord;
  }

  add(values: Input, createdAt = new Date()): Stored {
    const record = this.#toRecord(values, createdAt);
    this.set(record.id, record);
    return record;
  }

  list(fits: (record: Stored) => boolean = () => true): readonly Stored[] {
    return [...this.values()].filter(fits);
  }

  find(fits: (record: Stored) => boolean): Stored | undefined {
    return this.list(fits)[0];
  }
}

/** Ids of one sequence, as vendors give them to records of every kind. */
export function createIds<Id extends string | number>(first: number, toId: (number: number) => Id): () => Id {
  let next = first;
  return () => {
    next += 1;
    return toId(next - 1);
  };
}
