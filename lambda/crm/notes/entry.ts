import type { Conversation } from '../../conversation/model.ts';
import { onOneLine } from '../../conversation/transcript/plain-words.ts';
import type { ContactId, Entry } from '../port/adapter.ts';

/** How far the clocks of Smartsupp and of a CRM may be apart. */
const clockSkewMs = 24 * 60 * 60 * 1000;

/** For CRMs in which everything is kept on a contact. */
export function contactOf({ contactId }: Pick<Entry, 'contactId'>): ContactId {
  if (contactId === undefined) throw new Error('Here chats are kept on contacts: call upsertContacts first.');
  return contactId;
}

/** When the chat began; undefined for one without any time. */
export function timeOf({ startedAt, endedAt, messages }: Conversation): Date | undefined {
  const at = startedAt ?? endedAt ?? messages.find(({ sentAt }) => sentAt !== null)?.sentAt;
  return typeof at === 'string' ? new Date(at) : undefined;
}

/**
 * Since when anything can have been written of a chat: from its beginning or its receipt, whichever is earlier, since the
 * sender's clock may be ahead. Its end does not count: a chat that goes on for days is first written long before that.
 */
export function writtenSince({ conversation, receivedAt }: Pick<Entry, 'conversation' | 'receivedAt'>): Date {
  const received = Date.parse(receivedAt);
  const begun = timeOf(conversation)?.getTime() ?? received;
  return new Date(Math.min(begun, received) - clockSkewMs);
}

/** A text short enough for a field, never cut in the middle of a character. */
export const cut = (text: string, maxLength: number) =>
  text
    .slice(0, maxLength)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();

/** A headline, which may hold whatever a visitor typed for a name, as a title: on one line, and short enough. */
export const oneLine = (text: string, maxLength: number) => cut(onOneLine(text), maxLength);
