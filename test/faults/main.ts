/**
 * `npm run test:faults`: jest with its own configuration. `-- --history` leaves out all but the recorded history;
 * `-- --history --sabotage [text]` records one for each small fault in the code whose name has the text, and tells
 * whether it is noticed.
 */
import { run } from 'jest';
import { sabotageHistories } from './sabotage.ts';

const [, , ...args] = process.argv;
const at = args.indexOf('--sabotage');
if (at >= 0) process.exitCode = sabotageHistories(args[at + 1]) ? 0 : 1;
else {
  const isHistory = args.includes('--history');
  const others = args.filter((arg) => arg !== '--history');
  await run(['--config', 'test/faults/jest.config.js', ...others, ...(isHistory ? ['history.faults'] : [])]);
}
