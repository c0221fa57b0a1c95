/** `npm start`: the whole stack on this machine. */
import { join } from 'node:path';
import { createLifetime } from './lib/lifetime.ts';
import { readSettings } from './lib/settings.ts';
import { StartError } from './lib/start-error.ts';
import { startStack } from './stack.ts';
import { TemplateError } from './template/template.ts';

/** The end takes well under two seconds, whatever hangs: what is left then goes with this process. */
const maxEndMs = 1200;

const lifetime = createLifetime();
const print = (line: string) => process.stdout.write(`${line}\n`);

async function end(code: number): Promise<never> {
  setTimeout(() => process.exit(code), maxEndMs);
  await lifetime.end();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
// A terminal or a pipe that is gone takes nothing more; that alone is no reason to stop.
process.stdout.on('error', () => {});

try {
  const settings = readSettings(process.env, process.cwd());
  const { hookUrl, pageUrl } = await startStack({ root: join(import.meta.dirname, '..'), settings, lifetime, print });
  print(`Hook URL: ${hookUrl}`);
  print(`Page: ${pageUrl}`);
} catch (error) {
  // While the end is under way, what was being started fails for that reason alone.
  if (!lifetime.signal.aborted) {
    const expected = error instanceof StartError || error instanceof TemplateError;
    process.stderr.write(`${expected ? error.message : describe(error)}\n`);
    await end(1);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
