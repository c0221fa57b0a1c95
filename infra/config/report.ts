import leven from 'leven';
import type { Range } from './json.ts';

export type Mistake = {
  /** Its place, a JSON pointer, and what is wrong. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** The line, and below it a mark under what is wrong. */
  readonly excerpt: readonly [line: string, mark: string];
};

/** Columns; with its margin an excerpt fits into a terminal. */
const maxWidth = 64;

export function locate(source: string, text: string, { offset, length }: Range): Mistake {
  const before = source.slice(0, offset).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const full = masked(source.split('\n')[before.length - 1]?.trimEnd() ?? '');
  // A long line is cut to the part around the mistake.
  const from = full.length <= maxWidth ? 0 : Math.max(0, Math.min(column - maxWidth / 2, full.length - maxWidth));
  const shown = full.slice(from, from + maxWidth);
  const marked = Math.max(1, Math.min(length, shown.length - (column - from)));
  const number = String(before.length);
  const margin = ' '.repeat(number.length);
  // A tab must be as wide in both lines.
  const indent = shown.slice(0, column - from).replace(/[^\t]/g, ' ');
  return {
    text,
    line: before.length,
    column: column + 1,
    excerpt: [
      `${number} | ${from > 0 ? '…' : ''}${shown}${from + maxWidth < full.length ? '…' : ''}`,
      `${margin} | ${from > 0 ? ' ' : ''}${indent}${'^'.repeat(isMultiLine(source, offset, length) ? 1 : marked)}`,
    ],
  };
}

/** A secret that is in the file by mistake must not get into a log of CI. */
const masked = (line: string) =>
  line.replace(
    /("[^"]*(?:secret|token|password|api_?key)[^"]*"\s*:\s*")([^"]*)/gi,
    (_, name: string, value: string) => {
      return name + '*'.repeat(value.length);
    },
  );

const isMultiLine = (source: string, offset: number, length: number) =>
  source.slice(offset, offset + length).includes('\n');

/** As compilers print it, so that editors and terminals can open the place. */
export const listed = (path: string, mistakes: readonly Mistake[]): string =>
  [
    `${path} has ${mistakes.length === 1 ? 'a mistake' : 'mistakes'}:`,
    ...mistakes.flatMap(({ text, line, column, excerpt }) => [
      `  ${text}`,
      `    --> ${path}:${line}:${column}`,
      ...excerpt.map((each) => `    ${each}`),
    ]),
  ].join('\n');

/** At most two names that may be meant, the likeliest first: they differ in few letters, or begin like this. */
export function similarTo(written: string, names: Iterable<string>): readonly string[] {
  const lower = written.toLowerCase();
  const maxDistance = Math.floor(lower.length * 0.4);
  if (lower.length < 3) return [];
  const close = [...new Set(names)]
    .map((name) => {
      const other = name.toLowerCase();
      const whole = leven(lower, other);
      const beginnings = [lower.length - 1, lower.length, lower.length + 1].map((end) => other.slice(0, end));
      return { name, whole, distance: Math.min(whole, ...beginnings.map((beginning) => leven(lower, beginning))) };
    })
    .filter(({ distance }) => distance <= maxDistance)
    .toSorted((one, other) => one.distance - other.distance || one.whole - other.whole);
  const [best] = close;
  return close
    .filter(({ distance }) => distance === best?.distance)
    .slice(0, 2)
    .map(({ name }) => name);
}

/** `; did you mean a or b?`, or a full stop. */
export const didYouMean = (names: readonly string[]): string =>
  names.length === 0 ? '.' : `; did you mean ${names.join(' or ')}?`;
