import { type Block, paginate } from './pages.ts';
import type { Fact, Line, Transcript } from './transcript.ts';

/**
 * The transcript in the few tags that every CRM's notes keep, as one part or several.
 * @param options.limit longest part, in UTF-16 units as written
 * @param options.footer a last small line of every part, by which the part can be recognised; the part's number is added
 *   where there are several
 */
export function renderHtml(
  transcript: Transcript,
  options: { readonly limit: number; readonly footer: string },
): readonly string[] {
  const frame = (page: string, number: number, of: number) => {
    const part = of === 1 ? '' : `, part ${number} of ${of}`;
    return `${page}<p><em>${escapeHtml(options.footer)}${part}</em></p>`;
  };
  const room = options.limit - frame('', 99_999, 99_999).length;
  const pages = paginate(blocks(transcript), room);
  return pages.map((page, index) => frame(page, index + 1, pages.length));
}

/** Escapes for text and for attributes, and replaces what no HTML document may hold. Line ends become `<br>`. */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
    .replace(/\r\n|\r|\n/g, '<br>');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function blocks(transcript: Transcript): readonly Block[] {
  return [
    { text: transcript.headline, write: (text) => `<p><strong>${escapeHtml(text)}</strong></p>` },
    ...transcript.facts.map(fact),
    ...(transcript.pages.length === 0 ? [] : [{ text: 'Pages visited', write: heading }]),
    ...transcript.pages.map(({ url, title }) => ({
      text: title === null ? url : `${title} – ${url}`,
      write: (text: string) => `<p>${isolate(text)}</p>`,
    })),
    ...(transcript.lines.length === 0 ? [] : [{ text: 'Conversation', write: heading }]),
    ...transcript.lines.map(line),
  ];
}

const heading = (text: string) => `<p><strong>${escapeHtml(text)}</strong></p>`;

/** A right-to-left override in a visitor's words ends with them, and cannot turn round the words beside it. */
const isolate = (text: string) => `<bdi>${escapeHtml(text)}</bdi>`;

function fact({ label, value }: Fact): Block {
  return { text: value, write: (text) => `<p>${isolate(label)}: ${isolate(text)}</p>` };
}

function line({ time, speaker, who, text }: Line): Block {
  const at = time === null ? '' : ` <em>${escapeHtml(time)}</em>`;
  const write = (part: string, continued: boolean) => {
    const more = continued ? ' (continued)' : '';
    switch (speaker) {
      case 'system':
        return `<p><em>${isolate(part)}</em>${at}${more}</p>`;
      case 'trigger':
        return `<p><em>${isolate(who)}</em>${at}${more}<br><em>${isolate(part)}</em></p>`;
      case 'visitor':
      case 'agent':
        return `<p><strong>${isolate(who)}</strong>${at}${more}<br>${isolate(part)}</p>`;
    }
  };
  return { text, write };
}
