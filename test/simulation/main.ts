/**
 * `npm run simulate`: plays random histories of the whole forwarder in virtual time, and checks its promises at the end
 * of each. A failure is shrunk to its fewest events, and told as a timeline.
 */
import { parseArgs } from 'node:util';
import { compileSchemas } from '../../infra/compile-schemas.ts';

const { values: given } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    seconds: { type: 'string' },
    from: { type: 'string' },
    timeline: { type: 'boolean', default: false },
  },
});

await compileSchemas();
// Only now: it imports what has just been compiled.
const { simulate, replay } = await import('./simulate.ts');

const isGood =
  given.seed === undefined
    ? await simulate({
        from: Number(given.from ?? 1),
        seeds: Number(given.seeds ?? Number.POSITIVE_INFINITY),
        seconds: Number(given.seconds ?? (given.seeds === undefined ? 60 : Number.POSITIVE_INFINITY)),
      })
    : await replay(Number(given.seed), given.timeline);
process.exitCode = isGood ? 0 : 1;
