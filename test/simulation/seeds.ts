import fc from 'fast-check';
import { fetched, named, script } from './generate.ts';
import type { Script } from './script.ts';

/** More would take longer than a person waits. */
const maxShrinks = 3000;

/** Two of ten are of kinds that came later, so that the others keep theirs. */
const scriptsOf = (seed: number) => later.get(seed % 10) ?? script;
const later = new Map([
  [6, named],
  [9, fetched],
]);

/** The script of a seed. */
export function scriptOf(seed: number): Script {
  const [first] = fc.sample(scriptsOf(seed), { seed, numRuns: 1 });
  if (first === undefined) throw new Error('Nothing was generated.');
  return first;
}

/** The least script of a seed that is not good. */
export async function leastOf(seed: number, isGood: (tried: Script) => Promise<boolean>): Promise<Script> {
  let runs = 0;
  const property = fc.asyncProperty(scriptsOf(seed), async (tried) => {
    runs += 1;
    return runs > maxShrinks || isGood(tried);
  });
  const { counterexample } = await fc.check(property, { seed, numRuns: 1 });
  return counterexample?.[0] ?? scriptOf(seed);
}
