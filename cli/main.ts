/** `npx forwarder`: see program.ts for what it can do. */
import { enableCompileCache } from 'node:module';
import { exitCodes, explain } from './lib/terminal/errors.ts';
import { sayFarewellOnInterrupt } from './lib/terminal/interrupt.ts';
import { compileMissingSchemas } from './schemas.ts';
import { fitted } from './lib/terminal/wrap.ts';

sayFarewellOnInterrupt();
// Half of the start is compiling the same code as the last time.
enableCompileCache();
// `forwarder list | head` has seen enough.
process.stdout.on('error', () => process.exit(exitCodes.ok));

try {
  await compileMissingSchemas();
  // Only now: it imports what has just been compiled.
  const { createProgram } = await import('./program.ts');
  await createProgram().parseAsync();
} catch (error) {
  const { text, exitCode, isBug } = explain(error);
  if (text !== '') process.stderr.write(`${isBug ? text : fitted(text)}\n`);
  process.exitCode = exitCode;
}
