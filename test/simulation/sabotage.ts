import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Sabotage, sabotages, spoilt } from './sabotages.ts';
import type { Failure } from './simulate.ts';

const root = join(import.meta.dirname, '../..');

/** Where each was noticed when it was played last; null if nowhere. */
const resultsFile = join(import.meta.dirname, 'sabotaged.json');

export const lastResults = (): Readonly<Record<string, string | null>> => JSON.parse(readFileSync(resultsFile, 'utf8'));

/** Each is to be noticed within so many seeds. */
const maxSeeds = 2000;

/** From now on this fault is in the code that is loaded. */
export function sabotage(name: string): void {
  const chosen = sabotages.find((each) => each.name === name);
  if (chosen === undefined) throw new Error(`There is no sabotage "${name}".`);
  const target = pathToFileURL(join(root, chosen.file)).href;
  registerHooks({
    load: (url, context, next) => {
      if (url !== target) return next(url, context);
      const source = spoilt(readFileSync(new URL(url), 'utf8'), chosen);
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}

export type Noticed = Sabotage & Failure;

/** Plays every sabotage in a process of its own, until it is noticed. */
export async function sabotageAll(only: string | undefined): Promise<readonly Noticed[]> {
  const chosen = sabotages.filter(({ name }) => only === undefined || name.includes(only));
  const waiting = chosen.values();
  const results = new Map<string, Noticed>();
  const work = async () => {
    for (const each of waiting) {
      const { where, fault = '' } = await play(each);
      writeFileSync(resultsFile, `${JSON.stringify({ ...lastResults(), [each.name]: where ?? null }, null, 2)}\n`);
      results.set(each.name, { ...each, ...(where === undefined ? {} : { where, fault }) });
      process.stdout.write(`${where === undefined ? '✗ not noticed' : `✓ in ${where}`}: ${each.name}. ${fault}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return chosen.flatMap(({ name }) => results.get(name) ?? []);
}

async function play({ name }: Sabotage): Promise<Failure> {
  const args = [join(import.meta.dirname, 'main.ts'), '--sabotaged', name, '--seeds', String(maxSeeds)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}
