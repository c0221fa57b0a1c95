/** One piece of a transcript: its text, and how to write any part of it, escaped and framed. */
export type Block = {
  readonly text: string;
  readonly write: (text: string, place: Place) => string;
};

/** The position of a piece: after another, first on its page, or continuing the page before. */
export type Place = 'within' | 'top' | 'continued';

/** The size of a written text, in the unit of the limit. Never less than its UTF-16 units. */
export type SizeOf = (written: string) => number;

/**
 * Fits blocks, in order, into as few pages as possible, none larger than `room` when written. A block that does not fit
 * on a page continues on the next ones; nothing is cut. Takes linear time.
 * @throws RangeError if `room` is too small for one character in a block's frame
 */
export function paginate(blocks: readonly Block[], room: number, sizeOf: SizeOf): readonly string[] {
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
