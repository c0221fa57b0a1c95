import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from './lib/terminal/errors.ts';
import { exitOnInterrupt } from './lib/terminal/interrupt.ts';
import { run } from './program.ts';

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
// `forwarder list | head` closes the pipe early.
process.stdout.on('error', () => process.exit(exitCodes.ok));

await run(process.argv.slice(2), compileMissingSchemas);
