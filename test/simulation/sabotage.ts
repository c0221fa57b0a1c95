import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Sabotage, sabotages } from './sabotages.ts';

const root = join(import.meta.dirname, '../..');
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Each is to be noticed within so many seeds. */
const maxSeeds = 2000;

/** From now on this fault is in the code that is loaded. */
export function sabotage(name: string): void {
  const { file, from, to } = sabotages.find((each) => each.name === name) ?? refuse(`There is no sabotage "${name}".`);
  const target = pathToFileURL(join(root, file)).href;
  registerHooks({
    load: (url, context, next) => {
      if (url !== target) return next(url, context);
      const parts = readFileSync(new URL(url), 'utf8').split(from);
      if (parts.length !== 2)
        refuse(`"${name}": ${file} has its text ${parts.length - 1} times. Fix it in sabotages.ts.`);
      return { format: 'module-typescript', source: parts.join(to), shortCircuit: true };
    },
  });
}

export type Caught = Sabotage & { readonly seed: number | undefined; readonly fault: string };

/** Plays every sabotage in a process of its own, until it is noticed. */
export async function sabotageAll(only: string | undefined): Promise<readonly Caught[]> {
  const chosen = sabotages.filter(({ name }) => only === undefined || name.includes(only));
  const waiting = chosen.values();
  const results: Caught[] = [];
  const work = async () => {
    for (const each of waiting) {
      const caught = await play(each);
      results.push(caught);
      print(
        `${caught.seed === undefined ? '✗ not noticed' : `✓ in seed ${caught.seed}`}  ${each.name}  ${caught.fault}`,
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return chosen.flatMap(({ name }) => results.find((each) => each.name === name) ?? []);
}

async function play(each: Sabotage): Promise<Caught> {
  const args = [join(import.meta.dirname, 'main.ts'), '--sabotaged', each.name, '--seeds', String(maxSeeds)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e8, timeout: 300_000 });
  const found: { readonly seed?: number; readonly fault?: string } = JSON.parse(stdout.split('\n').at(-2) ?? '{}');
  return { ...each, seed: found.seed, fault: found.fault ?? '' };
}

function refuse(message: string): never {
  throw new Error(message);
}
