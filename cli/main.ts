/** `npx forwarder`: see program.ts for what it can do. */
import { globSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, explain } from './lib/terminal/errors.ts';
import { sayFarewellOnInterrupt } from './lib/terminal/interrupt.ts';
import { fitted } from './lib/terminal/wrap.ts';
import { createProgram } from './program.ts';

const root = join(import.meta.dirname, '..');

/** What a schema may be made of. */
const sources = 'lambda/{config,crm,smartsupp}/**/*.ts';
const compiled = [
  'lambda/config/config.validate.generated.js',
  'lambda/smartsupp/hook.validate.generated.js',
  'lambda/smartsupp/hook.faults.generated.js',
];

/** Compiles the schemas as a deployment does, where that is not done or their sources are newer: it takes a moment. */
async function compileMissingSchemas(): Promise<void> {
  const oldest = Math.min(...compiled.map((file) => modified(file)));
  if (globSync(sources, { cwd: root }).every((file) => modified(file) <= oldest)) return;
  const { compileSchemas } = await import('../infra/compile-schemas.ts');
  await compileSchemas();
  // Files that were right already are as old as before, and would be made anew each time.
  const at = new Date();
  for (const file of compiled) utimesSync(join(root, file), at, at);
}

const modified = (file: string) => statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

sayFarewellOnInterrupt();
// `forwarder list | head` has seen enough.
process.stdout.on('error', () => process.exit(exitCodes.ok));

try {
  const program = await createProgram({ words: process.argv.slice(2), prepare: compileMissingSchemas });
  await program.parseAsync();
} catch (error) {
  const { text, exitCode, isBug } = explain(error);
  if (text !== '') process.stderr.write(`${isBug ? text : fitted(text)}\n`);
  process.exitCode = exitCode;
}
