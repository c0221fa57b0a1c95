/**
 * `npm run simulate`: plays random histories of the whole forwarder in virtual time, and checks its promises at the end
 * of each. A failure is shrunk to its fewest events, and told as a timeline.
 */
import { parseArgs } from 'node:util';
import { compileSchemas } from '../../infra/compile-schemas.ts';
import { sabotage, sabotageAll } from './sabotage.ts';

const { values: given } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    seconds: { type: 'string' },
    from: { type: 'string' },
    timeline: { type: 'boolean', default: false },
    sabotage: { type: 'boolean', default: false },
    only: { type: 'string' },
    sabotaged: { type: 'string' },
  },
});

if (given.sabotaged === undefined) await compileSchemas();
else sabotage(given.sabotaged);
// Only now: it imports what has just been compiled, or spoilt.
const { simulate, replay, findFailure } = await import('./simulate.ts');

const isGood = await main();

async function main(): Promise<boolean> {
  if (given.sabotage) return (await sabotageAll(given.only)).every(({ seed }) => seed !== undefined);
  if (given.sabotaged !== undefined) {
    process.stdout.write(`${JSON.stringify(await findFailure(Number(given.seeds)))}\n`);
    return true;
  }
  return given.seed === undefined
    ? await simulate({
        from: Number(given.from ?? 1),
        seeds: Number(given.seeds ?? Number.POSITIVE_INFINITY),
        seconds: Number(given.seconds ?? (given.seeds === undefined ? 60 : Number.POSITIVE_INFINITY)),
      })
    : await replay(Number(given.seed), given.timeline);
}

process.exitCode = isGood ? 0 : 1;
