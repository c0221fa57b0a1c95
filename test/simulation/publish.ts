import { readFileSync, writeFileSync } from 'node:fs';
import { environment } from '../bench/support/environment.ts';
import { lastResults } from './sabotage.ts';
import type { Figures } from './simulate.ts';
import { transitions } from './transitions.ts';

const document = 'docs/guarantees.md';
const begin = '<!-- npm run simulate -- --publish writes this -->';
const end = '<!-- to here -->';

/** Writes what was simulated into the document of the guarantees. */
export function publish(figures: Figures): void {
  const text = readFileSync(document, 'utf8');
  const [before, rest] = text.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (after === undefined) throw new Error(`${document} has lost its marks ${begin} and ${end}.`);
  writeFileSync(document, `${before}${begin}\n\n${markdown(figures)}\n\n${end}${after}`);
}

const number = new Intl.NumberFormat('en-GB');

function markdown({ scripts, virtualMs, realMs, counts }: Figures): string {
  const sabotages = Object.entries(lastResults()).map(([name, where]) => ({ name, where }));
  const { date, machine, versions } = environment();
  const day = new Date(date).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  const faults = [...counts].filter(([what]) => !what.startsWith('state: '));
  const noticed = sabotages.filter(({ where }) => where !== null);
  const seeds = noticed
    .map(({ where }) => Number(/^seed (\d+)$/.exec(where ?? '')?.[1] ?? Number.POSITIVE_INFINITY))
    .toSorted((a, b) => a - b);
  const years = (virtualMs / (365.25 * 86_400_000)).toFixed(1);
  return [
    `${day}, one of ${machine.cores} cores of an ${machine.processor}, Node ${versions.node}: ${number.format(scripts)} histories, ` +
      `${years} years in ${Math.round(realMs / 1000)} s, which is ${number.format(Math.round(virtualMs / realMs))} times as fast as life. ` +
      `No promise was broken. Of ${sabotages.length} small faults in the code, ${noticed.length} were noticed, half of them within ` +
      `${seeds[Math.floor(seeds.length / 2)]} histories.`,
    table(['fault', 'injected'], sorted(faults)),
    '<details><summary>Each transition of a delivery, and each fault in the code</summary>',
    table(
      ['when', 'a delivery goes', 'times'],
      Object.entries(transitions).flatMap(([when, steps]) =>
        steps.map((step) => [when, step, number.format(counts.get(`state: ${step}`) ?? 0)]),
      ),
    ),
    table(
      ['fault in the code', 'noticed in'],
      sabotages.map(({ name, where }) => [name, where?.replace(/".*"/, 'that once failed') ?? 'none']),
    ),
    '</details>',
  ].join('\n\n');
}

const sorted = (counts: readonly (readonly [string, number])[]) =>
  counts.toSorted(([, one], [, other]) => other - one).map(([what, count]) => [what, number.format(count)]);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
