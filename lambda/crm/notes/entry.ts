import { decodeEntities } from '../../conversation/clean-text.ts';
import type { Conversation } from '../../conversation/model.ts';
import { renderHtml } from '../../conversation/transcript/formats.ts';
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

/** The last line of every note, by which it is found. Visible, because CRMs drop unknown comments and attributes. */
export const referenceOf = (conversationId: string) => `Smartsupp chat ${conversationId}`;

/**
 * @param body as the CRM returns it, in HTML, Markdown or plain text
 * @returns the part, from 0; undefined for any other note, also for similar words inside the transcript
 */
export const partIn = (body: string, conversationId: string) => partEndingIn(referenceOf(conversationId), body);

/** `partIn` for any reference line. */
export function partEndingIn(reference: string, body: string): number | undefined {
  const text = visibleText(body);
  const at = text.lastIndexOf(reference);
  if (at < 0) return undefined;
  // Markdown emphasis must be the same before and after.
  const opening = /(?:^| )(?<marks>[*_]*)$/.exec(text.slice(0, at))?.groups;
  const ending = /^(?:, part (?<part>\d+) of \d+)?(?<marks>[*_]*)$/.exec(text.slice(at + reference.length))?.groups;
  if (opening === undefined || ending === undefined || opening['marks'] !== ending['marks']) return undefined;
  return Number(ending['part'] ?? 1) - 1;
}

/** A body on one line, without tags, entities and Markdown escapes. */
export function visibleText(body: string): string {
  return decodeEntities(body.replace(/<\/?(p|div|br|li|h\d)\b[^<>]*>/gi, ' ').replace(/<[^<>]*>/g, ''))
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Comments cannot be rewritten, so a changed chat is added below, and its hash tells the versions apart. */
const stateOf = ({ conversation, contentHash }: Entry) => `${conversation.id} ${contentHash.slice(0, 8)}`;

/** The transcript as comments of one ticket, each ending in a reference line. */
export const partsOf = (entry: Entry, transcript: Transcript, maxTextBytes: number): readonly string[] =>
  renderHtml(transcript, { limit: maxTextBytes, measure: 'bytes', reference: referenceOf(stateOf(entry)) });

/** The parts that no comment of the ticket holds yet. */
export function missingParts(entry: Entry, parts: readonly string[], comments: readonly string[]): readonly string[] {
  const state = stateOf(entry);
  const written = new Set(comments.map((comment) => partIn(comment, state)));
  return parts.filter((_, part) => !written.has(part));
}

/** Whether a comment holds a part of any version of this conversation. */
export function isPartOf({ id }: Conversation, comment: string): boolean {
  const text = visibleText(comment);
  const beginning = `${referenceOf(id)} `;
  const at = text.lastIndexOf(beginning);
  return at >= 0 && /^[0-9a-f]{8}(, part \d+ of \d+)?$/.test(text.slice(at + beginning.length));
}
