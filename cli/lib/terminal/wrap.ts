import { dim, note } from './output.ts';

/** Longer lines are hard to read. */
const maxColumns = 100;

/** How wide the text may be. */
export const columns = () => Math.min(process.stderr.columns ?? process.stdout.columns ?? 80, maxColumns);

type Layout = {
  /** Before the first line, and before each other. */
  readonly first?: string;
  readonly next?: string;
  readonly width?: number;
  /** Breaks a word that is longer than a line. If it is false, a URL stays whole, to be copied. */
  readonly breaksWords?: boolean;
};

/** A text in lines that fit the terminal. */
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

/**
 * A text that has lines of its own, each of them in as many as it needs, below its own beginning. Only for a terminal:
 * in a file it stays as it is, to be searched.
 */
export function fitted(text: string, stream: { readonly isTTY?: boolean } = process.stderr): string {
  if (!stream.isTTY) return text;
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      return wrapped(line.trim(), { first: indent, next: indent });
    })
    .join('\n');
}

/**
 * A prompt's question in lines that fit, because Inquirer breaks lines in the middle of words.
 * @param room what the last line leaves for the default and the answer
 */
export const wrappedQuestion = (text: string, room: number): string =>
  wrapped(text, { next: '  ', width: columns() - '? '.length - room }).join('\n');

/** A note in lines that fit, those after the first below its text: `✓ It is done.` */
export const noteWrapped = (text: string): void => note(wrapped(text, { next: '  ' }).join('\n'));

export type Step = readonly [line: string, what: string];

/** Numbered steps. If the reasons do not fit next to the lines, they go below. */
export function stepsText(steps: readonly Step[]): string {
  const widest = Math.max(...steps.map(([line]) => line.length));
  const fits = steps.every(([, what]) => 5 + widest + 2 + what.length <= columns());
  const lines = steps.flatMap(([line, what], index) => {
    const step = `  ${index + 1}. ${line}`;
    return fits ? [`${step}${' '.repeat(widest - line.length)}  ${dim(what)}`] : [step, `       ${dim(what)}`];
  });
  return ['Next:', ...lines].join('\n');
}
