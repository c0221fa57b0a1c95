import type { Row } from '../rows.ts';
import { printable } from './escape.ts';
import { dim, stateText } from './output.ts';
import { type Column, renderTable } from './table.ts';
import { shortTime } from './time.ts';

const columns: readonly Column[] = [
  { head: 'TIME' },
  { head: 'ID', most: 24 },
  { head: 'STATE' },
  { head: 'DESTINATION', most: 16 },
  { head: 'TRIES', align: 'right' },
];

/** In a narrower terminal a reason has too little room beside the rest to say anything. */
const widthForReasons = 120;

/** Deliveries and the like: a line each, and in a narrow terminal a second one for the reason. */
export function rowsTable(rows: readonly Row[]): string {
  const now = new Date();
  const cells = rows.map(({ at, id, state, destination, attempts }) => [
    shortTime(at, now),
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
  return [head, ...lines.flatMap((line, index) => [line, ...reasonLine(reasons[index] ?? '')])].join('\n');
}

function reasonLine(reason: string): readonly string[] {
  if (reason === '') return [];
  const [, line = ''] = renderTable([{ head: '', fills: true }], [[`  ${reason}`]]).split('\n');
  return [dim(line)];
}

/** The digest of a rejected body has 32 digits, of which these tell it from others. Whoever asks by them is understood. */
const shortId = (id: string) => (/^[0-9a-f]{32}$/.test(id) && process.stdout.isTTY ? id.slice(0, 12) : id);
