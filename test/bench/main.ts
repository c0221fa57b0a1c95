/** `npm run bench`: measures every row, or those that are named, and prints one table. A whole run is kept in files. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileSchemas } from '../../infra/compile-schemas.ts';
import type { Measured, Row } from './row.ts';
import { environment } from './support/environment.ts';
import { tableOf } from './support/table.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

await compileSchemas();
// Only now: they import what has just been compiled.
const { rows } = await import('./rows.ts');

const wanted = process.argv.slice(2).join(' ').toLowerCase();
const chosen = wanted === '' ? rows : rows.filter(({ name }) => name === wanted);
if (chosen.length === 0) {
  process.stderr.write(`There is no row "${wanted}". There are:\n${rows.map(({ name }) => `  ${name}\n`).join('')}`);
  process.exit(1);
}

const about = environment();
const begin = performance.now();
const measured: Measured[] = [];
for (const row of chosen) measured.push(await measure(row));
const results = measured.flatMap((each) => each.results);
const { processor, cores, memoryGiB, system } = about.machine;

print(tableOf(results));
for (const note of measured.flatMap(({ notes = [] }) => notes)) print(note);
print(
  `\n${about.date.slice(0, 10)}, ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${process.version}`,
);
if (chosen === rows) await keep();

async function measure(row: Row): Promise<Measured> {
  const from = performance.now();
  const result = await row.measure();
  process.stderr.write(`${row.name}: ${Math.round((performance.now() - from) / 1000)} s\n`);
  return result;
}

async function keep(): Promise<void> {
  const minutes = Math.round((performance.now() - begin) / 6_000) / 10;
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const directory = import.meta.dirname;
  await writeFile(join(directory, 'results.json'), json(results));
  await writeFile(join(directory, 'environment.json'), json({ ...about, minutes }));
  await mkdir(join(directory, 'plots'), { recursive: true });
  for (const { name, svg } of measured.flatMap(({ plots = [] }) => plots)) {
    await writeFile(join(directory, 'plots', `${name}.svg`), svg);
  }
  print(`Kept in test/bench/results.json, environment.json and plots/, after ${minutes} minutes.`);
}
