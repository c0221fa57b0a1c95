import { styleText } from 'node:util';

/** For the reader or the next program in the pipe. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** For the reader alone: it does not get into a pipe. */
export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Colours only where a terminal shows them and NO_COLOR is not set. */
export const bold = (text: string) => styleText('bold', text);
export const dim = (text: string) => styleText('dim', text);

/** A state in the colour of its urgency. */
export function stateText(state: string): string {
  const format = colours[state];
  return format === undefined ? state : styleText(format, state);
}

const colours: Readonly<Record<string, 'green' | 'yellow' | 'red'>> = {
  delivered: 'green',
  pending: 'yellow',
  spooled: 'yellow',
  parked: 'red',
  rejected: 'red',
};

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

/** `1 chat`, `2 chats`. */
export const plural = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;

/** What a text says as JSON; itself if it is none. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
