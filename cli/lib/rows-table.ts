import type { Row } from './rows.ts';
import { dim, printable, stateText, wrapped } from './terminal/output.ts';
import { type Column, renderTable } from './terminal/table.ts';
import type { Times } from './time.ts';

const columns: readonly Column[] = [
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
    return renderTable([...columns, { head: 'REASON', fills: true }], withReasons);
  }
  const [head, ...lines] = renderTable(columns, cells).split('\n');
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
