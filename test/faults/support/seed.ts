import { randomInt } from 'node:crypto';
import setUp from '../../global-setup.ts';

/** Draws the seed, unless FAULT_SEED gives one, and tells it before anything can go wrong. */
export default async function drawSeed(): Promise<void> {
  process.env['FAULT_SEED'] ??= String(randomInt(1_000_000));
  const { FAULT_SEED: seed, FAULT_MINUTES: minutes } = process.env;
  const long = minutes === undefined ? '' : `FAULT_MINUTES=${minutes} `;
  process.stdout.write(`To repeat this run: ${long}FAULT_SEED=${seed} npm run test:faults\n`);
  await setUp();
}
