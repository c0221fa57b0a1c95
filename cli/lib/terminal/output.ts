import { styleText } from 'node:util';

export const print = (text: string): void => void process.stdout.write(`${text}\n`);

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** For the user alone: stderr does not get into a pipe. */
export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Only in a terminal, and unless NO_COLOR is set. */
export const bold = (text: string) => styleText('bold', text);
export const dim = (text: string) => styleText('dim', text);

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
 * Makes untrusted text safe for a line of the terminal: control characters, escape sequences, line ends and marks that
 * change the reading direction are shown as `\u{202e}`. The joiners of scripts and emoji stay.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/\t/g, ' ')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu, (character) => {
      return `\\u{${character.codePointAt(0)?.toString(16)}}`;
    });
}

export const printableLines = (text: string): readonly string[] => text.split(/\r\n|\r|\n/).map(printable);

/** `1 chat`, `2 chats`. */
export const plural = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;

/** Parses JSON; returns the text if it is not JSON. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
