import Table from 'cli-table3';
import { wrapped } from '../../../cli/lib/terminal/output.ts';
import type { Result } from '../row.ts';

const width = 100;

/** The results as people read them, in a terminal of a hundred columns. */
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
export const written = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-GB') : String(Number(value.toPrecision(3)));

/** What the numbers say, a paragraph each. */
export const notesText = (notes: readonly string[]): string =>
  notes.map((note) => `\n${wrapped(note, { width }).join('\n')}\n`).join('');
