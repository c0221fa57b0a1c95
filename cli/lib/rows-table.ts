import type { Row } from './rows.ts';
import { printable } from './terminal/escape.ts';
import { dim, stateText } from './terminal/output.ts';
import { type Column, renderTable } from './terminal/table.ts';
import type { Times } from './terminal/time.ts';
import { wrapped } from './terminal/wrap.ts';

const columns: readonly Column[] = [
  { head: 'TIME' },
  { head: 'ID', most: 24 },
  { head: 'STATE' },
  { head: 'DESTINATION', most: 16 },
  { head: 'TRIES', align: 'right' },
];

/** In a narrower terminal a reason has too little room beside the rest to be read. */
const widthForReasons = 120;

/** Deliveries and the like: a line each, and in a narrow terminal the reason below; at the end, which time it is. */
export function rowsTable(rows: readonly Row[], times: Times): string {
  return `${tableOf(rows, times)}\n${dim(`Times are those of ${times.timezone}.`)}`;
}

function tableOf(rows: readonly Row[], times: Times): string {
  const cells = rows.map(({ at, id, state, destination, attempts }) => [
    times.short(at),
    shortId(id),
    stateText(state),
    destination ?? '',
    attempts ?? '',
  ]);
  const reasons = rows.map(({ reason }) => printable(reason ?? ''));
  if (!process.stdout.isTTY || process.stdout.columns >= widthForReasons) {
    const withReasons = cells.map((row, index) => [...row, reasons[index] ?? '']);
    return renderTable([...columns, { head: 'REASON', fills: true }], withReasons);
  }
  const [head, ...lines] = renderTable(columns, cells).split('\n');
  return [head, ...lines.flatMap((line, index) => [line, ...reasonLines(reasons[index] ?? '')])].join('\n');
}

function reasonLines(reason: string): readonly string[] {
  if (reason === '') return [];
  return wrapped(reason, { first: '  ', next: '  ', width: process.stdout.columns, breaksWords: true }).map(dim);
}

/** The digest of a rejected body has 32 digits, of which these tell it from others. Whoever asks by them is understood. */
const shortId = (id: string) => (/^[0-9a-f]{32}$/.test(id) && process.stdout.isTTY ? id.slice(0, 12) : id);
