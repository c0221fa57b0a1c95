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

const maxColumns = 100;

export const columns = () => Math.min(process.stderr.columns ?? process.stdout.columns ?? 80, maxColumns);

type Layout = {
  /** The prefix of the first line, and of the others. */
  readonly first?: string;
  readonly next?: string;
  readonly width?: number;
  /** Breaks words that are longer than a line. By default URLs stay whole, to be copied. */
  readonly breaksWords?: boolean;
};

export function wrapped(text: string, layout: Layout = {}): readonly string[] {
  const { first = '', next = '', width = columns(), breaksWords = false } = layout;
  const maxWord = breaksWords ? Math.max(1, width - Math.max(first.length, next.length)) : Number.POSITIVE_INFINITY;
  const words = text.split(/\s+/).flatMap((word) => pieces(word, maxWord));
  const lines: string[][] = [[]];
  for (const word of words) {
    const line = lines.at(-1) ?? [];
    const indent = lines.length === 1 ? first : next;
    if (line.length > 0 && indent.length + [...line, word].join(' ').length > width) lines.push([word]);
    else line.push(word);
  }
  return lines.map((line, index) => `${index === 0 ? first : next}${line.join(' ')}`);
}

function pieces(word: string, longest: number): readonly string[] {
  if (word === '') return [];
  return word.length <= longest ? [word] : [word.slice(0, longest), ...pieces(word.slice(longest), longest)];
}

/** Wraps each line for a terminal, keeping its indentation. Lines for a file stay whole, to be searched. */
export function fitted(text: string, stream: { readonly isTTY?: boolean } = process.stderr): string {
  if (!stream.isTTY) return text;
  return text
    .split('\n')
    .flatMap((line) => {
      // A line that fits stays as it is: its spaces may align it with another.
      if (line.length <= columns()) return line;
      const indent = /^ */.exec(line)?.[0] ?? '';
      return wrapped(line.trim(), { first: indent, next: indent });
    })
    .join('\n');
}

/** Wraps a prompt's question, since Inquirer breaks lines within words; `room` is left for the answer. */
export const wrappedQuestion = (text: string, room: number): string =>
  wrapped(text, { next: '  ', width: columns() - '? '.length - room }).join('\n');

export const noteWrapped = (text: string): void => note(wrapped(text, { next: '  ' }).join('\n'));

export type Step = readonly [line: string, what: string];

/** If the explanations do not fit next to the commands, they go below. */
export function stepsText(steps: readonly Step[]): string {
  const widest = Math.max(...steps.map(([line]) => line.length));
  const fits = steps.every(([, what]) => 5 + widest + 2 + what.length <= columns());
  const lines = steps.flatMap(([line, what], index) => {
    const step = `  ${index + 1}. ${line}`;
    return fits ? [`${step}${' '.repeat(widest - line.length)}  ${dim(what)}`] : [step, `       ${dim(what)}`];
  });
  return ['Next:', ...lines].join('\n');
}
