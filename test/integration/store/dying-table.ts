import type { Table } from '../../../lambda/store/table.ts';

export const died = new Error('it dies here');

/** A table as a process sees it that dies after so many calls. */
export const dyingAfter = (table: Table, calls: number): Table => {
  let left = calls;
  return interposed(table, async () => {
    left -= 1;
    if (left < 0) throw died;
  });
};

/** A table of which each call waits for what comes before it. */
export function interposed(table: Table, before: (call: keyof Table) => Promise<void>): Table {
  const { get, put, update } = table;
  const wrap =
    <Arguments extends readonly unknown[], Result>(call: keyof Table, work: (...asked: Arguments) => Promise<Result>) =>
    async (...asked: Arguments): Promise<Result> => {
      await before(call);
      return work(...asked);
    };
  return {
    ...table,
    get: wrap('get', get),
    put: wrap('put', put),
    update: wrap('update', update),
    delete: wrap('delete', table.delete),
    async *query(query) {
      await before('query');
      yield* table.query(query);
    },
  };
}
