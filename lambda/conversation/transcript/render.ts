import type { Fact } from './facts.ts';
import { type Block, paginate } from './pages.ts';
import type { LayoutWords, Line, Transcript } from './transcript.ts';

/** In one or several parts, none longer than the limit. Takes linear time. */
export type Render = (transcript: Transcript, options: RenderOptions) => readonly string[];

export type RenderOptions = {
  /** The maximum length of a part, written and escaped. */
  readonly limit: number;
  /** `characters` (the default) are UTF-16 units, `bytes` are UTF-8. */
  readonly measure?: 'characters' | 'bytes';
  /** The last line of each part, by which the part is found again. */
  readonly reference: string;
};

/** Writes the pieces of a transcript in one format. All texts passed in are untrusted. */
export type Format = {
  readonly headline: (text: string) => string;
  readonly heading: (text: string) => string;
  readonly fact: (fact: Fact) => string;
  readonly page: (text: string) => string;
  /** @param more if the text continues from the previous part, a space and the word for that; else empty */
  readonly line: (line: Line, more: string) => string;
  readonly reference: (text: string) => string;
};

export function renderIn(formatWith: (words: LayoutWords) => Format): Render {
  return (transcript, { limit, measure = 'characters', reference }) => {
    const format = formatWith(transcript.words);
    const sizeOf = measure === 'bytes' ? bytesOf : unitsOf;
    const frame = (part: number, parts: number) => format.reference(numbered(reference, part, parts));
    const room = limit - sizeOf(frame(99_999, 99_999));
    const pages = paginate(blocks(transcript, format), room, sizeOf);
    return pages.map((page, index) => page.replace(/^\n/, '') + frame(index + 1, pages.length));
  };
}

const unitsOf = (text: string) => text.length;
const bytesOf = (text: string) => Buffer.byteLength(text);

/** English in every language, because adapters find their notes by this line, even after the language has changed. */
const numbered = (reference: string, part: number, parts: number) =>
  parts === 1 ? reference : `${reference}, part ${part} of ${parts}`;

function blocks({ headline, facts, pages, lines, words }: Transcript, format: Format): readonly Block[] {
  return [
    { text: headline, write: format.headline },
    ...facts.map(({ label, value }) => ({ text: value, write: (part: string) => format.fact({ label, value: part }) })),
    ...(pages.length === 0 ? [] : [{ text: words.pagesVisited, write: format.heading }]),
    ...pages.map(({ url, title }) => ({ text: title === null ? url : `${title} – ${url}`, write: format.page })),
    ...(lines.length === 0 ? [] : [{ text: words.conversation, write: format.heading }]),
    ...lines.map((line) => ({
      text: line.text,
      write: (text: string, continued: boolean) =>
        format.line({ ...line, text }, continued ? ` ${words.continued}` : ''),
    })),
  ];
}
