import type { Result, WholeRun } from '../row.ts';
import { written } from './text.ts';

const begin = '<!-- npm run bench writes this -->';
const end = '<!-- to here -->';

/** The document with these results in the place of the former. */
export function withMeasured(document: string, run: Omit<WholeRun, 'plots'>): string {
  const [before, rest] = parted(document, begin);
  const [, after] = parted(rest, end);
  return `${before}${begin}\n\n${measuredMarkdown(run)}\n\n${end}${after}`;
}

function parted(text: string, mark: string): readonly [before: string, after: string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`docs/benchmarks.md has lost its mark ${mark}, between which the results are written.`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

/** What has a goal, and folded away below it all the rest. */
function measuredMarkdown({ results, notes, about }: Omit<WholeRun, 'plots'>): string {
  const { cores, processor, memoryGiB } = about.machine;
  const day = new Date(about.date).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  return [
    `${day}, ${cores} cores of an ${processor} and ${memoryGiB} GiB, Node ${about.versions.node}, in ${about.minutes} minutes:`,
    markdownTable(results.filter(({ goal }) => goal !== null)),
    '<details><summary>The rest of what it measures, and what the numbers say</summary>',
    markdownTable(results.filter(({ goal }) => goal === null)),
    notes.map((note) => `- ${note}`).join('\n'),
    '</details>',
  ].join('\n\n');
}

/** Padded, as one would write it by hand. */
function markdownTable(results: readonly Result[]): string {
  const hasGoals = results.some(({ goal }) => goal !== null);
  const rows = results.map(({ row, value, unit, goal, holds }) => [
    row,
    `${written(value)} ${unit}`,
    ...(hasGoals ? [`${goal}${holds ? '' : ': missed'}`] : []),
  ]);
  const head = ['what', 'measured', ...(hasGoals ? ['goal'] : [])];
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
