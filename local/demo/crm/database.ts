import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { cannotOpen } from '../../lib/errors.ts';

export type Row = Record<string, SQLOutputValue>;

/** Opens the file that holds everything. Throws StartError if it is damaged. */
export function openDatabase(dataDir: string) {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'contacts.sqlite');
  try {
    const db = new DatabaseSync(file, { timeout: 5000 });
    db.exec(schema);
    return { db, statements: prepare(db) };
  } catch (error) {
    throw cannotOpen(file, error instanceof Error ? error.message : String(error));
  }
}

const schema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS contact (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, phone TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS chat (
    id TEXT PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    webhook_id TEXT NOT NULL,
    received_at TEXT NOT NULL,
    summary TEXT NOT NULL,
    search TEXT NOT NULL,
    conversation TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS chat_by_time ON chat (received_at);
  CREATE INDEX IF NOT EXISTS chat_by_contact ON chat (contact_id);
`;

const summaryColumns = 'chat.id AS chat_id, received_at, summary, contact.id, email, name, phone';
const newestFirst = 'ORDER BY received_at DESC, chat.rowid DESC LIMIT ?';
/** The parameter is a JSON array of words, all of which must occur. */
const hasAllWords = 'NOT EXISTS (SELECT 1 FROM json_each(?) AS word WHERE instr(search, word.value) = 0)';

const prepare = (db: DatabaseSync) => ({
  contactByEmail: db.prepare('SELECT id FROM contact WHERE email = ?'),
  addContact: db.prepare('INSERT INTO contact (email, name, phone) VALUES (?, ?, ?)'),
  updateContact: db.prepare('UPDATE contact SET name = coalesce(?, name), phone = coalesce(?, phone) WHERE id = ?'),
  forgetContactWithoutChats: db.prepare(
    'DELETE FROM contact WHERE id = ? AND NOT EXISTS (SELECT 1 FROM chat WHERE contact_id = contact.id)',
  ),
  chatRow: db.prepare(
    'SELECT webhook_id, contact_id, email FROM chat JOIN contact ON contact.id = contact_id WHERE chat.id = ?',
  ),
  putChat: db.prepare('INSERT OR REPLACE INTO chat VALUES (?, ?, ?, ?, ?, ?, ?)'),
  chat: db.prepare('SELECT conversation FROM chat WHERE id = ?'),
  count: db.prepare('SELECT count(*) AS total FROM chat'),
  contact: db.prepare('SELECT id, email, name, phone FROM contact WHERE id = ?'),
  contactOfChat: db.prepare(
    'SELECT contact.id, email, name, phone FROM contact JOIN chat ON contact.id = contact_id WHERE chat.id = ?',
  ),
  chats: db.prepare(
    `SELECT ${summaryColumns} FROM chat JOIN contact ON contact.id = contact_id WHERE ${hasAllWords} ${newestFirst}`,
  ),
  chatsOf: db.prepare(
    `SELECT ${summaryColumns} FROM chat JOIN contact ON contact.id = contact_id WHERE contact_id = ? ${newestFirst}`,
  ),
  contacts: db.prepare(
    `SELECT contact.id, email, name, phone, count(*) AS chats, max(received_at) AS last_at
     FROM chat JOIN contact ON contact.id = contact_id WHERE ${hasAllWords}
     GROUP BY contact.id ORDER BY last_at DESC, contact.id DESC LIMIT ?`,
  ),
});

export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
