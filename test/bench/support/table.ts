import Table from 'cli-table3';
import type { Result } from '../row.ts';

/** The results as people read them. */
export function tableOf(results: readonly Result[]): string {
  const table = new Table({
    head: ['row', 'value', 'unit', 'goal', 'holds'],
    colAligns: ['left', 'right', 'left', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { row, value, unit, goal, holds } of results) {
    table.push([row, written(value), unit, goal ?? '', holds === null ? '' : holds ? 'yes' : 'NO']);
  }
  return table.toString();
}

/** Three digits that count: more are noise. */
const written = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-GB') : String(Number(value.toPrecision(3)));
