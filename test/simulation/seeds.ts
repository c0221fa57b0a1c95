import fc from 'fast-check';
import { script } from './generate.ts';
import type { Script } from './script.ts';

/** More would take longer than a person waits. */
const maxShrinks = 3000;

/** The script of a seed. */
export function scriptOf(seed: number): Script {
  const [first] = fc.sample(script, { seed, numRuns: 1 });
  if (first === undefined) throw new Error('Nothing was generated.');
  return first;
}

/** The least script of a seed that is not good. */
export async function leastOf(seed: number, isGood: (tried: Script) => Promise<boolean>): Promise<Script> {
  let runs = 0;
  const property = fc.asyncProperty(script, async (tried) => {
    runs += 1;
    return runs > maxShrinks || isGood(tried);
  });
  const { counterexample } = await fc.check(property, { seed, numRuns: 1 });
  return counterexample?.[0] ?? scriptOf(seed);
}
