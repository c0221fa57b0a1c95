/**
 * The last line of every note: how a note is known to hold a part of a conversation, after an answer was lost. It has
 * to be visible text, because HubSpot drops comments and attributes that it does not know from `hs_note_body`, and an
 * id of our own needs a custom property, which the contact scopes cannot create.
 */
export const footerOf = (conversationId: string) => `Smartsupp chat ${conversationId}`;

/**
 * Which part of the conversation a note holds.
 * @returns from 0; undefined for any other note. Words inside the transcript that look alike do not count.
 */
export function partIn(body: string, conversationId: string): number | undefined {
  const last = /(?:^| )Smartsupp chat (?<id>[^\s,]+)(?:, part (?<part>\d+) of \d+)?$/.exec(textOf(body))?.groups;
  return last?.['id'] === conversationId ? Number(last['part'] ?? 1) - 1 : undefined;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

function textOf(html: string): string {
  return html
    .replace(/<\/?(p|div|br|li|h\d)\b[^<>]*>/gi, ' ')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}
