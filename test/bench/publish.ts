import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result, WholeRun } from './row.ts';
import { withMeasured } from './support/document.ts';

/** Keeps what a whole run has measured: beside the bench, and in docs/benchmarks.md. */
export async function publish({ results, notes, plots, about }: WholeRun): Promise<void> {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const directory = import.meta.dirname;
  await writeFile(join(directory, 'results.json'), json(results));
  await writeFile(join(directory, 'environment.json'), json({ ...about, notes }));
  await mkdir(join(directory, 'plots'), { recursive: true });
  for (const { name, svg } of plots) await writeFile(join(directory, 'plots', `${name}.svg`), svg);
  const document = join(directory, '../../docs/benchmarks.md');
  await writeFile(document, withMeasured(await readFile(document, 'utf8'), { results, notes, about }));
}

/** Puts one row's results in the place of its former ones, or at the end. Its notes and plots are those of a whole run. */
export async function publishRow(measured: readonly Result[]): Promise<void> {
  const read = async (name: string) => JSON.parse(await readFile(join(import.meta.dirname, name), 'utf8'));
  const former: readonly Result[] = await read('results.json');
  const { notes, ...about }: Pick<WholeRun, 'notes'> & WholeRun['about'] = await read('environment.json');
  const isNew = ({ row }: Result) => former.every((each) => each.row !== row);
  const replaced = former.map((each) => measured.find(({ row }) => row === each.row) ?? each);
  await publish({ results: [...replaced, ...measured.filter(isNew)], notes, plots: [], about });
}
