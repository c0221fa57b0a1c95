import type { Conversation } from '../../conversation/model.ts';
import { renderHtml } from '../../conversation/transcript/html.ts';
import type { Transcript } from '../../conversation/transcript/transcript.ts';
import type { Entry } from '../port/adapter.ts';
import { partIn, referenceOf, visibleText } from './reference.ts';

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
