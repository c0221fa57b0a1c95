/**
 * `npm run simulate`: plays random histories of the whole forwarder in virtual time, and checks its promises at the end
 * of each. A failure is shrunk to its fewest events, and told as a timeline.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { compileSchemas } from '../../infra/compile-schemas.ts';
import { publish } from './publish.ts';
import { sabotage, sabotageAll } from './sabotage.ts';

const usage = `npm run simulate --
  [--from <seed>] [--seeds <count>] [--seconds <count>]  random histories, for a minute, and from seeds that nobody has played
  --seed <seed> [--timeline]                             one of them
  --sabotage [--only <text>]                             which small faults in the code are noticed
  --publish                                              also writes docs/guarantees.md, with the last sabotages`;

const { values: given } = parseArgs({
  options: {
    from: { type: 'string' },
    seeds: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    timeline: { type: 'boolean', default: false },
    sabotage: { type: 'boolean', default: false },
    only: { type: 'string' },
    sabotaged: { type: 'string' },
    publish: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (given.sabotaged === undefined) await compileSchemas();
else sabotage(given.sabotaged);
// Only now: it imports what has just been compiled, or spoilt.
const { findFailure, replay, simulate } = await import('./simulate.ts');

process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  const seeds = Number(given.seeds ?? Number.POSITIVE_INFINITY);
  const seconds = Number(given.seconds ?? (given.seeds === undefined ? 60 : Number.POSITIVE_INFINITY));
  if (given.help) {
    process.stdout.write(`${usage}\n`);
    return true;
  }
  if (given.seed !== undefined) return replay(Number(given.seed), given.timeline);
  if (given.sabotaged !== undefined) {
    process.stdout.write(`${JSON.stringify(await findFailure(seeds))}\n`);
    return true;
  }
  if (given.sabotage) return (await sabotageAll(given.only)).every(({ where }) => where !== undefined);
  const figures = await simulate({ from: Number(given.from ?? randomInt(2 ** 31)), seeds, seconds });
  if (given.publish && figures !== undefined) publish(figures);
  return figures !== undefined;
}
