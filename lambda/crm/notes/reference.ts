/**
 * The last line of every note: how a note is known to hold a part of a conversation, after an answer was lost. It has
 * to be visible text, because CRMs drop comments and attributes that they do not know, and a field of our own is more
 * than a token without an administrator's rights can make.
 */
export const referenceOf = (conversationId: string) => `Smartsupp chat ${conversationId}`;

/**
 * Which part of the conversation a note holds.
 * @param body as the CRM gives it back, in HTML, Markdown or plain text
 * @returns from 0; undefined for any other note. Words inside the transcript that look alike do not count.
 */
export function partIn(body: string, conversationId: string): number | undefined {
  const text = visibleText(body);
  const reference = referenceOf(conversationId);
  const at = text.lastIndexOf(reference);
  if (at < 0) return undefined;
  // Markdown's emphasis, the same before and after.
  const opening = /(?:^| )(?<marks>[*_]*)$/.exec(text.slice(0, at))?.groups;
  const ending = /^(?:, part (?<part>\d+) of \d+)?(?<marks>[*_]*)$/.exec(text.slice(at + reference.length))?.groups;
  if (opening === undefined || ending === undefined || opening['marks'] !== ending['marks']) return undefined;
  return Number(ending['part'] ?? 1) - 1;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** A body's words in one line, without tags, entities and Markdown's escapes. */
export function visibleText(body: string): string {
  return body
    .replace(/<\/?(p|div|br|li|h\d)\b[^<>]*>/gi, ' ')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(?:#(\d{1,6})|(amp|lt|gt|quot|nbsp));/g, (_, code: string | undefined, name: string) =>
      code === undefined ? (entities[name] ?? '') : String.fromCodePoint(Number(code)),
    )
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}
