import './builtins.ts';
import fc from 'fast-check';
import { run } from './run.ts';
import { type Script, script } from './script.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** More would take longer than a person waits. */
const maxShrinks = 3000;

export type Figures = { seeds: number; virtualMs: number; realMs: number; readonly counts: Map<string, number> };

/** The script of a seed. */
export function scriptOf(seed: number): Script {
  const [first] = fc.sample(script, { seed, numRuns: 1 });
  if (first === undefined) throw new Error('Nothing was generated.');
  return first;
}

/** Plays one seed after another. Stops at the first that fails. */
export async function simulate(options: { readonly from: number; readonly seeds: number; readonly seconds: number }) {
  const figures: Figures = { seeds: 0, virtualMs: 0, realMs: 0, counts: new Map() };
  const begin = performance.now();
  const isTimeLeft = () => performance.now() - begin < options.seconds * 1000;
  for (let seed = options.from; figures.seeds < options.seeds && isTimeLeft(); seed += 1) {
    const { faults, world } = await run(scriptOf(seed));
    figures.seeds += 1;
    figures.virtualMs += world.elapsedMs();
    for (const [what, count] of world.counts) figures.counts.set(what, (figures.counts.get(what) ?? 0) + count);
    if (faults.length > 0) return replay(seed, false);
  }
  figures.realMs = performance.now() - begin;
  const days = Math.round(figures.virtualMs / 86_400_000);
  print(`${figures.seeds} scripts, ${days} days in ${Math.round(figures.realMs / 1000)} s: all promises were kept.`);
  return true;
}

/** The first of the seeds that fails; nothing if none does. */
export async function findFailure(seeds: number): Promise<{ readonly seed?: number; readonly fault?: string }> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const faults = await run(scriptOf(seed)).then(
      (result) => result.faults,
      (error: unknown) => [String(error)],
    );
    const [fault] = faults;
    if (fault !== undefined) return { seed, fault };
  }
  return {};
}

/** Plays one seed; if it fails, tells the shortest history that does so too. */
export async function replay(seed: number, wantsTimeline: boolean): Promise<boolean> {
  const whole = scriptOf(seed);
  const { faults } = await run(whole, wantsTimeline ? print : undefined);
  if (faults.length === 0) {
    print(`Seed ${seed}: all promises were kept.`);
    return true;
  }
  const least = await shrink(seed);
  print(`Seed ${seed} fails. The least that fails:\n\n${JSON.stringify(least, null, 1)}\n`);
  const { faults: last } = await run(least, print);
  print(`\n${last.map((fault) => `✗ ${fault}`).join('\n')}\n\nTo play it again: npm run simulate -- --seed ${seed}`);
  return false;
}

async function shrink(seed: number): Promise<Script> {
  let runs = 0;
  const isGood = async (tried: Script) => {
    runs += 1;
    return runs > maxShrinks || (await run(tried)).faults.length === 0;
  };
  const { counterexample } = await fc.check(fc.asyncProperty(script, isGood), { seed, numRuns: 1 });
  return counterexample?.[0] ?? scriptOf(seed);
}
