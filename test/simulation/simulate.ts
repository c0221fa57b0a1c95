import './builtins.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';
import type { Script } from './script.ts';
import { leastOf, scriptOf } from './seeds.ts';
import { unreached } from './transitions.ts';

/** The least histories that once broke a promise, each under the sabotage that brings its fault back. */
const histories: Readonly<Record<string, Script>> = read('histories.json');

/** Those that kept every promise, and were misjudged. */
const misjudged: readonly Script[] = read('misjudged.json');

/** So many histories should reach each transition of a delivery. */
const enough = 20_000;

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
}

const print = (line: string) => void process.stdout.write(`${line}\n`);

export type Figures = {
  readonly scripts: number;
  readonly virtualMs: number;
  readonly realMs: number;
  /** Faults that were injected, and transitions of deliveries, by their names. */
  readonly counts: ReadonlyMap<string, number>;
};

type Options = { readonly from: number; readonly seeds: number; readonly seconds: number };

/** Plays the known histories, then one seed after another. Undefined if one fails, which is told. */
export async function simulate({ from, seeds, seconds }: Options): Promise<Figures | undefined> {
  print(`From seed ${from} on.`);
  const counts = new Map<string, number>();
  const begin = performance.now();
  const passedMs = () => performance.now() - begin;
  let scripts = 0;
  let virtualMs = 0;
  for (const [name, known] of [...Object.entries(histories), ...misjudged.entries()]) {
    if ((await run(known)).faults.length > 0) return void (await tell(known, `the history "${name}"`));
  }
  for (let seed = from; scripts < seeds && passedMs() < seconds * 1000; seed += 1) {
    const { faults, world } = await run(scriptOf(seed));
    if (faults.length > 0) return void (await replay(seed, false));
    scripts += 1;
    virtualMs += world.elapsedMs();
    for (const [what, count] of world.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  }
  const days = Math.round(virtualMs / 86_400_000);
  print(`${scripts} histories, ${days} days in ${Math.round(passedMs() / 1000)} s: all promises were kept.`);
  if (scripts >= enough) for (const step of unreached(counts)) print(`Not reached: ${step}`);
  return { scripts, virtualMs, realMs: passedMs(), counts };
}

export type Failure = { readonly where?: string; readonly fault?: string };

/** The first that fails of the seeds, and then of the known histories; empty if none does. */
export async function findFailure(seeds: number): Promise<Failure> {
  const all = [
    ...Array.from({ length: seeds }, (_, at) => ({ where: `seed ${at + 1}`, script: () => scriptOf(at + 1) })),
    ...Object.entries(histories).map(([name, known]) => ({ where: `history "${name}"`, script: () => known })),
  ];
  for (const { where, script } of all) {
    const [fault] = (await run(script())).faults;
    if (fault !== undefined) return { where, fault };
  }
  return {};
}

/** Plays one seed; if it fails, tells the shortest history that does so too. */
export async function replay(seed: number, wantsTimeline: boolean): Promise<boolean> {
  const { faults } = await run(scriptOf(seed), wantsTimeline ? print : undefined);
  if (faults.length === 0) print(`Seed ${seed}: all promises were kept.`);
  else await tell(await leastOf(seed, async (tried) => (await run(tried)).faults.length === 0), `seed ${seed}`);
  if (faults.length > 0) print(`\nTo play it again: npm run simulate -- --seed ${seed}`);
  return faults.length === 0;
}

async function tell(least: Script, of: string): Promise<void> {
  print(`The least of ${of} that breaks a promise:\n\n${JSON.stringify(least, null, 1)}\n`);
  const { faults } = await run(least, print);
  print(`\n${faults.map((fault) => `✗ ${fault}`).join('\n')}`);
}
