import './builtins.ts';
import fc from 'fast-check';
import { script } from './script.ts';
import { run } from './run.ts';
const seed = Number(process.argv[2]);
const details = await fc.check(fc.asyncProperty(script, async (s) => (await run(s)).faults.length === 0), { seed, numRuns: 1 });
if (details.counterexample) { const s = details.counterexample[0]; console.log(details.numShrinks, JSON.stringify(s)); const { faults } = await run(s, (l) => console.log(l)); console.log(faults); }
