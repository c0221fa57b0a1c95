/**
 * `npm run bench`: measures every row, or the one that is named, and prints one table. A whole run is published; one row
 * takes its place in the last whole run with `--publish`.
 */
import { compileSchemas } from '../../infra/compile-schemas.ts';
import { publish, publishRow } from './publish.ts';
import type { Measured, Row } from './row.ts';
import { environment } from './support/environment.ts';
import { run } from './support/run.ts';
import { notesText, tableOf } from './support/text.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

await compileSchemas();
// Only now: they import what has just been compiled.
const { rows } = await import('./rows.ts');

const words = process.argv.slice(2);
const wanted = words
  .filter((word) => word !== '--publish')
  .join(' ')
  .toLowerCase();
const chosen = wanted === '' ? rows : rows.filter(({ name }) => name === wanted);
if (chosen.length === 0) {
  process.stderr.write(`There is no row "${wanted}". There are:\n${rows.map(({ name }) => `  ${name}\n`).join('')}`);
  process.exit(1);
}

const about = environment();
const begin = performance.now();
const measured: Measured[] = [];
try {
  for (const row of chosen) measured.push(await measure(row));
} finally {
  await run.disposeAsync();
}
const results = measured.flatMap((each) => each.results);
const notes = measured.flatMap((each) => each.notes ?? []);
const { processor, cores, memoryGiB, system } = about.machine;
const minutes = Math.round((performance.now() - begin) / 6_000) / 10;

print(tableOf(results));
print(notesText(notes));
print(
  `${about.date.slice(0, 10)}, ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${process.version}; ` +
    `${minutes} minutes`,
);
if (chosen === rows) {
  const plots = measured.flatMap((each) => each.plots ?? []);
  await publish({ results, notes, plots, about: { ...about, minutes } });
  print('Published in test/bench/results.json, environment.json, plots/ and docs/benchmarks.md.');
} else if (words.includes('--publish')) {
  await publishRow(results);
  print('Published among the results of the last whole run.');
}

async function measure(row: Row): Promise<Measured> {
  const from = performance.now();
  const result = await row.measure();
  process.stderr.write(`${row.name}: ${Math.round((performance.now() - from) / 1000)} s\n`);
  return result;
}
