import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { Conversation, Instant, Outcome } from '../../../lambda/conversation/model.ts';
import { cannotOpen } from '../../lib/errors.ts';
import type { Received } from './envelope.ts';
import { searchText, wordsOf } from './search-text.ts';

export type Contact = {
  readonly id: number;
  /** Normalised; null for an anonymous visitor. */
  readonly email: string | null;
  readonly name: string | null;
  /** In E.164, so that a phone dials it. */
  readonly phone: string | null;
};

export type ContactSummary = Contact & { readonly chats: number; readonly lastAt: Instant };

/** The parts of a chat that lists show, stored separately so that they need not read whole chats. */
export type ChatSummary = {
  readonly id: string;
  /** When the CRM last got it. */
  readonly receivedAt: Instant;
  readonly contact: Contact;
  readonly outcome: Outcome;
  readonly score: number | null;
  readonly messages: number;
  /** The visitor's first words, shortened. Untrusted, like every text of a visitor. */
  readonly preview: string | null;
};

/** A chat, with what its visitor left to be reached by. */
export type IdentifiedChat = Received & Pick<Contact, 'email' | 'phone'>;

export type Crm = {
  /** Returns whether anything changed: a repeated webhook changes nothing. */
  readonly save: (chat: IdentifiedChat, receivedAt: Date) => boolean;
  readonly find: (conversationId: string) => Conversation | undefined;
  readonly count: () => number;
  /** Undefined if the CRM does not have the chat. */
  readonly contactOf: (conversationId: string) => Contact | undefined;
  readonly contact: (id: number) => Contact | undefined;
  /** Latest arrival first. A chat is found by all that was written in it, however accented. */
  readonly chats: (query: string, limit: number) => readonly ChatSummary[];
  readonly chatsOf: (contactId: number, limit: number) => readonly ChatSummary[];
  /** The one with the latest chat first. */
  readonly contacts: (query: string, limit: number) => readonly ContactSummary[];
  readonly close: () => void;
};

function openDatabase(file: string) {
  try {
    const db = new DatabaseSync(file, { timeout: 5000 });
    db.exec(schema);
    return { db, statements: prepare(db) };
  } catch (error) {
    throw cannotOpen(file, error instanceof Error ? error.message : String(error));
  }
}

/** Opens the store: contacts matched by e-mail, and one chat for each conversation. */
export function openCrm(dataDir: string): Crm {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'contacts.sqlite');
  const { db, statements } = openDatabase(file);

  function upsertContact({ conversation: { visitor }, email, phone }: IdentifiedChat, before: Row | undefined): number {
    const known = email === null ? anonymousContact(before) : statements.contactByEmail.get(email)?.['id'];
    if (typeof known !== 'number') {
      return Number(statements.addContact.run(email, visitor.name, phone).lastInsertRowid);
    }
    statements.updateContact.run(visitor.name, phone, known);
    return known;
  }

  function write(chat: IdentifiedChat, receivedAt: Date): boolean {
    const { webhookId, conversation, phone } = chat;
    const before = statements.chatRow.get(conversation.id);
    if (before?.['webhook_id'] === webhookId) return false;
    statements.putChat.run(
      conversation.id,
      upsertContact(chat, before),
      webhookId,
      receivedAt.toISOString(),
      JSON.stringify(summarise(conversation)),
      searchText(conversation, phone),
      JSON.stringify(conversation),
    );
    if (before) statements.forgetContactWithoutChats.run(before['contact_id'] ?? null);
    return true;
  }

  return {
    save: (received, receivedAt) => inTransaction(db, () => write(received, receivedAt)),
    find(conversationId) {
      const row = statements.chat.get(conversationId);
      // The stored JSON has passed the envelope's schema.
      return row && JSON.parse(String(row['conversation']));
    },
    count: () => Number(statements.count.get()?.['total'] ?? 0),
    contactOf(conversationId) {
      const row = statements.contactOfChat.get(conversationId);
      return row && readContact(row);
    },
    contact(id) {
      const row = statements.contact.get(id);
      return row && readContact(row);
    },
    chats: (query, limit) => statements.chats.all(JSON.stringify(wordsOf(query)), limit).map(readChat),
    chatsOf: (contactId, limit) => statements.chatsOf.all(contactId, limit).map(readChat),
    contacts: (query, limit) =>
      statements.contacts
        .all(JSON.stringify(wordsOf(query)), limit)
        .map((row) => ({ ...readContact(row), chats: Number(row['chats']), lastAt: String(row['last_at']) })),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

type Row = Record<string, SQLOutputValue>;

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
/** The parameter is a JSON array: all of its words must be there. */
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

/** An anonymous visitor is only known by their own chat. */
const anonymousContact = (before: Row | undefined) => (before?.['email'] === null ? before['contact_id'] : undefined);

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
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

type StoredSummary = Omit<ChatSummary, 'id' | 'receivedAt' | 'contact'>;

function summarise({ outcome, rating, messages }: Conversation): StoredSummary {
  const words = messages.find(({ speaker, text }) => speaker === 'visitor' && text.trim() !== '')?.text;
  return { outcome, score: rating?.score ?? null, messages: messages.length, preview: words?.slice(0, 140) ?? null };
}

function readChat(row: Row): ChatSummary {
  const summary: StoredSummary = JSON.parse(String(row['summary']));
  return { ...summary, id: String(row['chat_id']), receivedAt: String(row['received_at']), contact: readContact(row) };
}

const readContact = ({ id, email, name, phone }: Row): Contact => ({
  id: Number(id),
  email: textOf(email),
  name: textOf(name),
  phone: textOf(phone),
});

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
