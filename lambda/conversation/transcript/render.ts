import type { Fact } from './facts.ts';
import type { LayoutWords, Line, Transcript } from './transcript.ts';

/** Renders one or more parts, none longer than the limit, in linear time. */
export type Render = (transcript: Transcript, options: RenderOptions) => readonly string[];

export type RenderOptions = {
  /** The maximum length of a part, written and escaped. */
  readonly limit: number;
  /** `characters` (the default) are UTF-16 units, `bytes` are UTF-8. */
  readonly measure?: 'characters' | 'bytes';
  /** The last line of each part, by which the part is found again. */
  readonly reference: string;
};

type Page = Transcript['pages'][number];

/** Writes the pieces of a transcript in one format. All texts passed in are untrusted. */
export type Format = {
  readonly headline: (text: string) => string;
  /** Several facts on one line. */
  readonly facts: (facts: readonly Fact[]) => string;
  readonly pages: (pages: readonly Page[]) => string;
  /** A page without a link, whose address may be cut. */
  readonly page: (text: string) => string;
  /** @param heading who speaks; undefined if the line above says so */
  readonly line: (line: Line, heading: string | undefined) => string;
  readonly reference: (text: string) => string;
};

export function renderIn(formatWith: (words: LayoutWords) => Format): Render {
  return (transcript, { limit, measure = 'characters', reference }) => {
    const { headline, words } = transcript;
    const format = formatWith(words);
    const sizeOf = measure === 'bytes' ? bytesOf : unitsOf;
    const head = (part: number, parts: number) =>
      format.headline(parts === 1 ? headline : `${headline} – ${words.part(part, parts)}`);
    const foot = (part: number, parts: number) => format.reference(numbered(reference, part, parts));
    const room = limit - sizeOf(head(maxParts, maxParts)) - sizeOf(foot(maxParts, maxParts));
    const pages = paginate(blocks(transcript, format, { fits: (written) => sizeOf(written) <= room }), room, sizeOf);
    return pages.map((page, index) => {
      const [part, parts] = [index + 1, pages.length];
      return head(part, parts) + page.replace(/^\n/, '') + foot(part, parts);
    });
  };
}

const maxParts = 99_999;

const unitsOf = (text: string) => text.length;
const bytesOf = (text: string) => Buffer.byteLength(text);

/** English in every language, because adapters find their notes by this line, even after the language has changed. */
const numbered = (reference: string, part: number, parts: number) =>
  parts === 1 ? reference : `${reference}, part ${part} of ${parts}`;

function blocks(
  { summary, facts, pages, lines, words }: Transcript,
  format: Format,
  { fits }: { readonly fits: (written: string) => boolean },
): readonly Block[] {
  /** Only an element that is too long for a whole part is split. */
  const wholeOr = (whole: string, pieces: () => readonly Block[]): readonly Block[] =>
    fits(whole) ? [{ text: '', write: () => whole }] : pieces();
  const factLine = (some: readonly Fact[]) =>
    some.length === 0
      ? []
      : wholeOr(format.facts(some), () =>
          some.map(({ label, value }) => ({ text: value, write: (part) => format.facts([{ label, value: part }]) })),
        );
  const pageList = () =>
    wholeOr(format.pages(pages), () =>
      pages.map(({ url, title }) => ({ text: title === null ? url : `${title} – ${url}`, write: format.page })),
    );
  return [
    ...factLine(summary),
    ...lines.map((line, at) => ({
      text: line.text,
      write: (text: string, place: Place) =>
        format.line({ ...line, text }, headingOf(line, lines[at - 1], place, words)),
    })),
    ...facts.flatMap(factLine),
    ...(pages.length === 0 ? [] : pageList()),
  ];
}

/** Messages of one speaker in a row share a heading, and each part has its own. */
function headingOf(line: Line, before: Line | undefined, place: Place, words: LayoutWords): string | undefined {
  if (line.speaker === 'system') return undefined;
  if (place === 'within' && before?.speaker === line.speaker && before.who === line.who) return undefined;
  const who = `${marks[line.speaker]} ${line.who}${line.role === null ? '' : ` (${line.role})`}`;
  return place === 'continued' ? `${who} ${words.continued}` : who;
}

/** The visitor's side is filled, the shop's is hollow, so that they are told apart without reading. */
const marks = { visitor: '●', agent: '○', bot: '○', trigger: '○' } as const;

/** One piece of a transcript: its text, and how to write any part of it, escaped and framed. */
type Block = {
  readonly text: string;
  readonly write: (text: string, place: Place) => string;
};

/** The position of a piece: after another, first on its page, or continuing the page before. */
export type Place = 'within' | 'top' | 'continued';

/** The size of a written text, in the unit of the limit. Never less than its UTF-16 units. */
type SizeOf = (written: string) => number;

/**
 * Fits blocks, in order, into as few pages as possible, none larger than `room` when written. A block that does not fit
 * on a page continues on the next ones; nothing is cut. Takes linear time.
 * @throws RangeError if `room` is too small for one character in a block's frame
 */
function paginate(blocks: readonly Block[], room: number, sizeOf: SizeOf): readonly string[] {
  const pages: string[] = [];
  let page: string[] = [];
  let left = room;
  const endPage = () => {
    pages.push(page.join(''));
    page = [];
    left = room;
  };
  for (const { text, write } of blocks) {
    let rest = text;
    let place: Place = page.length > 0 ? 'within' : 'top';
    for (;;) {
      // A text longer than the room never fits, so don't write megabytes to find out.
      const whole = rest.length <= room ? write(rest, place) : undefined;
      const size = whole === undefined ? Number.POSITIVE_INFINITY : sizeOf(whole);
      if (whole !== undefined && size <= left) {
        page.push(whole);
        left -= size;
        break;
      }
      if (page.length > 0) {
        endPage();
        place = 'top';
        continue;
      }
      const here = place;
      const length = fittingLength(rest, (part) => sizeOf(write(part, here)), room);
      page.push(write(rest.slice(0, length), here));
      endPage();
      rest = rest.slice(length);
      place = 'continued';
    }
  }
  if (page.length > 0 || pages.length === 0) endPage();
  return pages;
}

/** How much of the text fits. Never splits a surrogate pair, and breaks at a space if one is near. */
function fittingLength(text: string, sizeOfPart: (part: string) => number, room: number): number {
  const frame = sizeOfPart('');
  let low = 0;
  let high = Math.min(text.length, room);
  let guess = Math.ceil(high / 8);
  for (let guesses = 1; low < high; guesses += 1) {
    const size = sizeOfPart(text.slice(0, guess));
    if (size <= room) low = guess;
    else high = guess - 1;
    // Writing is slow, so guess that the rest grows by as much as the part just tried.
    const estimate = guess + Math.floor(((room - size) * guess) / Math.max(size - frame, 1));
    guess = Math.min(Math.max(guesses < 5 ? estimate : Math.ceil((low + high) / 2), low + 1), high);
  }
  const space = text.lastIndexOf(' ', low);
  const cut = space > low * 0.8 ? space + 1 : low;
  const whole = isHighSurrogate(text.charCodeAt(cut - 1)) && cut < text.length ? cut - 1 : cut;
  if (whole <= 0) throw new RangeError(`A limit that leaves room for ${room} is too small for a transcript.`);
  return whole;
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
