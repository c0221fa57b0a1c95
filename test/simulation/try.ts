import './builtins.ts';
import fc from 'fast-check';
import { script } from './script.ts';
import { run } from './run.ts';
const from = Number(process.argv[2] ?? 1), n = Number(process.argv[3] ?? 100);
const t = performance.now(); let failed = 0; let virt = 0;
for (let seed = from; seed < from + n; seed++) {
  const [s] = fc.sample(script, { seed, numRuns: 1 });
  const t1 = performance.now();
  const { faults, world } = await run(s!);
  virt += world.elapsedMs();
  if (performance.now() - t1 > 100) console.log('slow', seed, performance.now() - t1);
  if (faults.length) { failed++; console.log(seed, faults.slice(0, 3)); }
}
console.log(n, 'runs', ((performance.now() - t) / n).toFixed(2), 'ms each', failed, 'failed', virt/3600000, 'h');
