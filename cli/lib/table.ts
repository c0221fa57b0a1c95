import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';
import type { Row } from './rows.ts';
import { dim, printable, stateText, wrapped } from './terminal/output.ts';
import type { Times } from './time.ts';

type Column = {
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

const rowColumns: readonly Column[] = [
  { head: 'VISITOR', maxWidth: 24, shrinks: true },
  { head: 'OUTCOME' },
  { head: 'TIME' },
  { head: 'STATE' },
  { head: 'DESTINATION', maxWidth: 16 },
  { head: 'ID', maxWidth: 24 },
];

const widthForReasons = 130;

/** One line each; in a narrow terminal the reason is below. Names the timezone at the end. */
export function rowsTable(rows: readonly Row[], times: Times): string {
  return `${tableOf(rows, times)}\n${dim(`Times are those of ${times.timezone}.`)}`;
}

function tableOf(rows: readonly Row[], times: Times): string {
  const cells = rows.map(({ visitor, outcome, at, id, state, destination }) => [
    printable(visitor ?? ''),
    outcome ?? '',
    times.short(at),
    stateText(state),
    destination ?? '',
    shortId(id),
  ]);
  const reasons = rows.map(reasonAndTries);
  if (!process.stdout.isTTY || process.stdout.columns >= widthForReasons) {
    const withReasons = cells.map((row, index) => [...row, reasons[index] ?? '']);
    return renderTable([...rowColumns, { head: 'REASON', fills: true }], withReasons);
  }
  const [head, ...lines] = renderTable(rowColumns, cells).split('\n');
  return [head, ...lines.flatMap((line, index) => [line, ...reasonLines(reasons[index] ?? '')])].join('\n');
}

/** Several tries of what has no reason are not worth a line. */
function reasonAndTries({ reason, attempts }: Row): string {
  if (reason === null) return '';
  return `${printable(reason)}${attempts === null || attempts < 2 ? '' : ` (${attempts} attempts)`}`;
}

function reasonLines(reason: string): readonly string[] {
  if (reason === '') return [];
  return wrapped(reason, { first: '  ', next: '  ', width: process.stdout.columns, breaksWords: true }).map(dim);
}

/** Twelve of the 32 digits identify a rejected body; every command accepts them. */
const shortId = (id: string) => (/^[0-9a-f]{32}$/.test(id) && process.stdout.isTTY ? id.slice(0, 12) : id);
