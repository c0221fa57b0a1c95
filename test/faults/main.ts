/** `npm run test:faults`: jest with its own configuration. `--history` leaves out all but the recorded history. */
import { run } from 'jest';

const [, , ...args] = process.argv;
const others = args.filter((arg) => arg !== '--history');

await run([
  '--config',
  'test/faults/jest.config.js',
  ...others,
  ...(args.includes('--history') ? ['history.faults'] : []),
]);
