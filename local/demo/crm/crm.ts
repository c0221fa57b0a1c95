import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { normaliseEmail } from '../../../lambda/conversation/email.ts';
import type { Conversation, Instant, Outcome } from '../../../lambda/conversation/model.ts';
import type { Received } from './envelope.ts';

export type Contact = {
  readonly id: number;
  /** Normalised; null for an anonymous visitor. */
  readonly email: string | null;
  readonly name: string | null;
  readonly chats: readonly ChatSummary[];
};

/** The parts of a chat that lists show, stored separately so that they need not read whole chats. */
export type ChatSummary = {
  readonly id: string;
  readonly receivedAt: Instant;
  readonly startedAt: Instant | null;
  readonly outcome: Outcome;
  readonly score: number | null;
  readonly messages: number;
  /** The visitor's first words, shortened. Untrusted, like every text of a visitor. */
  readonly preview: string | null;
};

export type Crm = {
  /** Returns whether anything changed: a repeated webhook changes nothing. */
  readonly save: (received: Received, receivedAt: Date) => boolean;
  readonly find: (conversationId: string) => Conversation | undefined;
  readonly has: (conversationId: string) => boolean;
  /** The contacts of the newest chats, latest chat first, and the number of all chats. */
  readonly newest: (limit: number) => { readonly contacts: readonly Contact[]; readonly total: number };
  readonly close: () => void;
};

/** Opens the store: contacts matched by e-mail, and one chat for each conversation. */
export function openCrm(dataDir: string): Crm {
  mkdirSync(dataDir, { recursive: true });
  const db = new DatabaseSync(join(dataDir, 'demo-crm.sqlite'), { timeout: 5000 });
  db.exec(schema);
  const statements = prepare(db);

  function upsertContact({ visitor }: Conversation, before: ChatRow | undefined): number {
    const email = normaliseEmail(visitor.email);
    const known = email === null ? anonymousContact(before) : statements.contactByEmail.get(email)?.['id'];
    if (typeof known !== 'number') return Number(statements.addContact.run(email, visitor.name).lastInsertRowid);
    if (visitor.name !== null) statements.renameContact.run(visitor.name, known);
    return known;
  }

  function write({ webhookId, conversation }: Received, receivedAt: Date): boolean {
    const before = statements.chatRow.get(conversation.id);
    if (before?.['webhook_id'] === webhookId) return false;
    statements.putChat.run(
      conversation.id,
      upsertContact(conversation, before),
      webhookId,
      receivedAt.toISOString(),
      JSON.stringify(summarise(conversation, receivedAt)),
      JSON.stringify(conversation),
    );
    if (before) statements.forgetContactWithoutChats.run(before['contact_id'] ?? null);
    return true;
  }

  return {
    save: (received, receivedAt) => inTransaction(db, () => write(received, receivedAt)),
    find(conversationId) {
      const row = statements.chat.get(conversationId);
      return row && readConversation(row['conversation']);
    },
    has: (conversationId) => statements.chatRow.get(conversationId) !== undefined,
    newest(limit) {
      const contacts = new Map<number, Contact & { readonly chats: ChatSummary[] }>();
      for (const row of statements.newest.all(limit)) {
        const id = Number(row['id']);
        const contact = contacts.get(id) ?? { id, email: textOf(row['email']), name: textOf(row['name']), chats: [] };
        contact.chats.push(readSummary(row['summary']));
        contacts.set(id, contact);
      }
      return { contacts: [...contacts.values()], total: Number(statements.count.get()?.['total'] ?? 0) };
    },
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

type ChatRow = Record<string, SQLOutputValue>;

const schema = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS contact (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS chat (
    id TEXT PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    webhook_id TEXT NOT NULL,
    received_at TEXT NOT NULL,
    summary TEXT NOT NULL,
    conversation TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS chat_by_time ON chat (received_at);
  CREATE INDEX IF NOT EXISTS chat_by_contact ON chat (contact_id);
`;

const prepare = (db: DatabaseSync) => ({
  contactByEmail: db.prepare('SELECT id FROM contact WHERE email = ?'),
  addContact: db.prepare('INSERT INTO contact (email, name) VALUES (?, ?)'),
  renameContact: db.prepare('UPDATE contact SET name = ? WHERE id = ?'),
  forgetContactWithoutChats: db.prepare(
    'DELETE FROM contact WHERE id = ? AND NOT EXISTS (SELECT 1 FROM chat WHERE contact_id = contact.id)',
  ),
  chatRow: db.prepare(
    'SELECT webhook_id, contact_id, email FROM chat JOIN contact ON contact.id = contact_id WHERE chat.id = ?',
  ),
  putChat: db.prepare('INSERT OR REPLACE INTO chat VALUES (?, ?, ?, ?, ?, ?)'),
  chat: db.prepare('SELECT conversation FROM chat WHERE id = ?'),
  count: db.prepare('SELECT count(*) AS total FROM chat'),
  newest: db.prepare(
    `SELECT contact.id, email, name, summary FROM chat JOIN contact ON contact.id = contact_id
     ORDER BY received_at DESC, chat.rowid DESC LIMIT ?`,
  ),
});

/** An anonymous visitor is only known by their own chat. */
const anonymousContact = (before: ChatRow | undefined) =>
  before?.['email'] === null ? before['contact_id'] : undefined;

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

function summarise(conversation: Conversation, receivedAt: Date): ChatSummary {
  const { id, startedAt, outcome, rating, messages } = conversation;
  const words = messages.find(({ speaker, text }) => speaker === 'visitor' && text.trim() !== '')?.text;
  return {
    id,
    receivedAt: receivedAt.toISOString(),
    startedAt,
    outcome,
    score: rating?.score ?? null,
    messages: messages.length,
    preview: words?.slice(0, 140) ?? null,
  };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
/** The stored JSON has passed the envelope's schema. */
const readConversation = (json: unknown): Conversation => JSON.parse(String(json));
const readSummary = (json: unknown): ChatSummary => JSON.parse(String(json));
