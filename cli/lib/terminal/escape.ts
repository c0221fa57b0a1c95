/**
 * A text that somebody else has written, for one line of a terminal: nothing in it acts on the terminal, moves what is
 * beside it, or hides. Control characters, escape sequences, line ends and marks that turn the reading direction become
 * visible, as `\u{202e}`. The joiners that scripts and emoji are written with stay.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/\t/g, ' ')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu, (character) => {
      return `\\u{${character.codePointAt(0)?.toString(16)}}`;
    });
}

/** The same for a text that has lines of its own. */
export const printableLines = (text: string): readonly string[] => text.split(/\r\n|\r|\n/).map(printable);
