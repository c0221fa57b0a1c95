import type { Conversation } from '../../conversation/model.ts';
import { buildTranscript, type Transcript } from '../../conversation/transcript/transcript.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { ContactId, Entry } from '../port/adapter.ts';

/** Tolerance between the clocks of Smartsupp and a CRM. */
const clockSkewMs = 24 * 60 * 60 * 1000;

export function contactOf({ contactId }: Pick<Entry, 'contactId'>): ContactId {
  if (contactId === undefined) throw new Error('This CRM keeps chats on contacts: call upsertContacts first.');
  return contactId;
}

/** Includes the values that the CRM refused, which stand nowhere else. */
export const transcriptOf = (
  { conversation, refused }: Pick<Entry, 'conversation' | 'refused'>,
  { timezone, language }: Pick<AdapterDeps, 'timezone' | 'language'>,
): Transcript => buildTranscript(conversation, { timezone, language, refused });

/** The start, else any other time of the chat. */
export function timeOf({ startedAt, endedAt, messages }: Conversation): Date | undefined {
  const at = startedAt ?? endedAt ?? messages.find(({ sentAt }) => sentAt !== null)?.sentAt;
  return typeof at === 'string' ? new Date(at) : undefined;
}

/**
 * The earliest time at which anything can have been written: the chat's start or its receipt, whichever is earlier,
 * since the sender's clock may be ahead.
 */
export function writtenSince({ conversation, receivedAt }: Pick<Entry, 'conversation' | 'receivedAt'>): Date {
  const received = Date.parse(receivedAt);
  const begun = timeOf(conversation)?.getTime() ?? received;
  return new Date(Math.min(begun, received) - clockSkewMs);
}
