import type { Conversation } from '../../conversation/model.ts';
import { renderHtml } from '../../conversation/transcript/html.ts';
import type { Transcript } from '../../conversation/transcript/transcript.ts';
import type { Entry } from '../port/adapter.ts';
import { partIn, referenceOf, visibleText } from './reference.ts';

/**
 * What a ticket's comment is known by: the conversation and this state of it. Comments stay as they were written, so a
 * chat that went on is written out again below, and the state tells which is which.
 */
const stateOf = ({ conversation, contentHash }: Entry) => `${conversation.id} ${contentHash.slice(0, 8)}`;

/**
 * The transcript as comments of one ticket, each ending in a line to know it by.
 * @param maxTextBytes of one comment
 */
export const partsOf = (entry: Entry, transcript: Transcript, maxTextBytes: number): readonly string[] =>
  renderHtml(transcript, { limit: maxTextBytes, measure: 'bytes', reference: referenceOf(stateOf(entry)) });

/** Those parts that none of a ticket's comments holds yet. */
export function missingParts(entry: Entry, parts: readonly string[], comments: readonly string[]): readonly string[] {
  const state = stateOf(entry);
  const written = new Set(comments.map((comment) => partIn(comment, state)));
  return parts.filter((_, part) => !written.has(part));
}

/** Whether a comment holds a part of this conversation, in whatever state. */
export function isPartOf({ id }: Conversation, comment: string): boolean {
  const text = visibleText(comment);
  const beginning = `${referenceOf(id)} `;
  const at = text.lastIndexOf(beginning);
  return at >= 0 && /^[0-9a-f]{8}(, part \d+ of \d+)?$/.test(text.slice(at + beginning.length));
}
