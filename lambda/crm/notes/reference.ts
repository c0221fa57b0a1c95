import { decodeEntities } from '../../conversation/entities.ts';

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
