import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';
import { wrapped } from './output.ts';

export type Column = {
  readonly head: string;
  readonly align?: 'left' | 'right';
  readonly maxWidth?: number;
  /** Takes the remaining width, wrapped if necessary. */
  readonly fills?: boolean;
  /** Is cut if the others leave it less than it needs. */
  readonly shrinks?: boolean;
};

type Cell = string | number;

const gap = 2;
const minWidth = 12;
/** A long id may stand next to it, and an id is never cut. */
const minShrunkWidth = 4;

/** A table as wide as the terminal at most. In a file or pipe, each row is one line. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const terminal = process.stdout.isTTY ? process.stdout.columns : undefined;
  const fitting = terminal === undefined ? [] : widths(columns, rows, terminal);
  const inLines = (cell: Cell, index: number) =>
    columns[index]?.fills && terminal !== undefined
      ? wrapped(String(cell), { width: fitting[index] ?? minWidth, breaksWords: true }).join('\n')
      : cell;
  const table = new Table({
    head: columns.map(({ head }) => styleText('dim', head)),
    colAligns: columns.map(({ align = 'left' }) => align),
    colWidths: fitting,
    chars: { ...noLines, middle: ' '.repeat(gap) },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map(inLines)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function widths(columns: readonly Column[], rows: readonly (readonly Cell[])[], terminal: number): number[] {
  const natural = columns.map(({ head, maxWidth = Number.POSITIVE_INFINITY }, index) =>
    Math.min(
      maxWidth,
      Math.max(head.length, ...rows.map((row) => stripVTControlCharacters(String(row[index] ?? '')).length)),
    ),
  );
  const isFlexible = (index: number) => columns[index]?.fills === true || columns[index]?.shrinks === true;
  const others = natural.filter((_, index) => !isFlexible(index)).reduce((sum, width) => sum + width, 0);
  let room = terminal - others - gap * (columns.length - 1) - 1;
  // Shrinking columns take their room before filling ones.
  const fitting = (width: number, min: number) => {
    const fitted = Math.min(width, Math.max(min, room));
    room -= fitted;
    return fitted;
  };
  const shrunk = natural.map((width, index) => (columns[index]?.shrinks ? fitting(width, minShrunkWidth) : width));
  return shrunk.map((width, index) => (columns[index]?.fills ? fitting(width, minWidth) : width));
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
};
