import { DatabaseSync } from 'node:sqlite';

export type Chat = { readonly id: string; readonly body: string; readonly attempts: number };

/**
 * A durable outbox in SQLite. What is added in one turn of the event loop is committed together, and on the disk when
 * the promise resolves: a flush for each hook would be all that the disk does.
 */
export function createOutbox(file: string) {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS chats (
      id TEXT PRIMARY KEY, body TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL
    );
    CREATE INDEX IF NOT EXISTS due ON chats (state, due);
  `);
  const insert = database.prepare(`
    INSERT INTO chats VALUES (?, ?, 'pending', 0, 0)
    ON CONFLICT (id) DO UPDATE SET body = excluded.body, state = 'pending', attempts = 0, due = 0 WHERE body <> excluded.body
  `);
  const due = database.prepare(
    `SELECT id, body, attempts FROM chats WHERE state = 'pending' AND due <= ? ORDER BY due LIMIT ?`,
  );
  const done = database.prepare(`UPDATE chats SET state = 'delivered' WHERE id = ? AND body = ?`);
  const later = database.prepare(`UPDATE chats SET attempts = attempts + 1, due = ? WHERE id = ?`);

  /** One commit for all that is asked in this turn. */
  const inOneCommit = <T>(write: (each: T) => void) => {
    let waiting: { readonly each: T; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
    const commit = () => {
      const batch = waiting;
      waiting = [];
      try {
        database.exec('BEGIN IMMEDIATE');
        for (const { each } of batch) write(each);
        database.exec('COMMIT');
        for (const { resolve } of batch) resolve();
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        for (const { reject } of batch) reject(error);
      }
    };
    return (each: T) =>
      new Promise<void>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(commit);
        waiting.push({ each, resolve, reject });
      });
  };

  return {
    add: inOneCommit(({ id, body }: Pick<Chat, 'id' | 'body'>) => insert.run(id, body)),
    due: (now: number, maxSize: number) =>
      due
        .all(now, maxSize)
        .map(({ id, body, attempts }): Chat => ({ id: String(id), body: String(body), attempts: Number(attempts) })),
    done: inOneCommit(({ id, body }: Chat) => done.run(id, body)),
    later: inOneCommit(({ id, at }: { readonly id: string; readonly at: number }) => later.run(at, id)),
  };
}
