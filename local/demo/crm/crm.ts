import { fold, wordsOf } from '../../../inspector/views/text.ts';
import type { Conversation, Instant, Outcome } from '../../../lambda/conversation/model.ts';
import { inTransaction, openDatabase, type Row } from './database.ts';
import type { Received } from './envelope.ts';

export type Contact = {
  readonly id: number;
  /** Normalised; null for an anonymous visitor. */
  readonly email: string | null;
  readonly name: string | null;
  /** In E.164, so that a phone dials it. */
  readonly phone: string | null;
};

export type ContactSummary = Contact & { readonly chats: number; readonly lastAt: Instant };

/** The parts of a chat that lists show, stored separately so that a list reads no whole chat. */
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

/** A chat with its visitor's address and number. */
type IdentifiedChat = Received & Pick<Contact, 'email' | 'phone'>;

export type Crm = {
  /** Returns whether anything changed: a repeated webhook changes nothing. */
  readonly save: (chat: IdentifiedChat, receivedAt: Date) => boolean;
  readonly find: (conversationId: string) => Conversation | undefined;
  readonly count: () => number;
  /** Undefined if the CRM does not have the chat. */
  readonly contactOf: (conversationId: string) => Contact | undefined;
  readonly contact: (id: number) => Contact | undefined;
  /** Latest arrival first. The query matches anything written in a chat, ignoring accents and case. */
  readonly chats: (query: string, limit: number) => readonly ChatSummary[];
  readonly chatsOf: (contactId: number, limit: number) => readonly ChatSummary[];
  /** The contact with the latest chat first. */
  readonly contacts: (query: string, limit: number) => readonly ContactSummary[];
  readonly close: () => void;
};

/** Opens the store: contacts matched by e-mail, and one chat for each conversation. */
export function openCrm(dataDir: string): Crm {
  const { db, statements } = openDatabase(dataDir);

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

/** An anonymous visitor's contact belongs to their one chat. */
const anonymousContact = (before: Row | undefined) => (before?.['email'] === null ? before['contact_id'] : undefined);

/** Everything that a salesperson may remember of a chat, folded. */
function searchText({ visitor, messages }: Conversation, phone: string | null): string {
  const spoken = messages.filter(({ speaker }) => speaker !== 'system').map(({ text }) => text);
  return fold([visitor.name, visitor.email, phone, ...spoken].filter((text) => text !== null).join('\n'));
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
