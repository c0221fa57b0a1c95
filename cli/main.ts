import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, explain } from './lib/terminal/errors.ts';
import { exitOnInterrupt } from './lib/terminal/interrupt.ts';
import { fitted } from './lib/terminal/wrap.ts';
import { createProgram } from './program.ts';

const root = join(import.meta.dirname, '..');

const sources = ['infra/config', 'lambda/crm', 'lambda/smartsupp'];
const compiled = [
  'infra/config/validate.generated.js',
  'lambda/smartsupp/hook.validate.generated.js',
  'lambda/smartsupp/documented.validate.generated.js',
];

/** Compiles the schemas as a deployment does, if they are missing or older than their sources. */
async function compileMissingSchemas(): Promise<void> {
  const oldest = Math.min(...compiled.map(modified));
  const files = sources.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
  if (files.every((file) => modified(file) <= oldest)) return;
  const { compileSchemas } = await import('../infra/compile-schemas.ts');
  await compileSchemas();
  // Unchanged files keep their old time, and would be compiled again each time.
  const at = new Date();
  for (const file of compiled) utimesSync(join(root, file), at, at);
}

const modified = (file: string) => statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

exitOnInterrupt();
// `forwarder list
// head` closes the pipe early.
process.stdout.on('error', () => process.exit(exitCodes.ok));

try {
  const program = await createProgram({ words: process.argv.slice(2), prepare: compileMissingSchemas });
  await program.parseAsync();
} catch (error) {
  const { text, exitCode, isBug } = explain(error);
  if (text !== '') process.stderr.write(`${isBug ? text : fitted(text)}\n`);
  process.exitCode = exitCode;
}
