/** `npm start`: the whole stack on this machine. */
import { join } from 'node:path';
import { StartError, TemplateError } from './lib/errors.ts';
import { readSettings } from './lib/settings.ts';
import { startStack } from './stack.ts';

/** The end takes well under two seconds, whatever hangs: what is left then goes with this process. */
const maxStopMs = 1200;

const resources = new AsyncDisposableStack();
const stopping = new AbortController();
let stopped: Promise<void> | undefined;
const print = (line: string) => process.stdout.write(`${line}\n`);

async function stop(code: number): Promise<never> {
  setTimeout(() => process.exit(code), maxStopMs);
  stopping.abort();
  // A second call of disposeAsync would not wait for the first.
  stopped ??= resources.disposeAsync();
  // What failed to stop ends with this process.
  await stopped.catch(() => {});
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
// A terminal or a pipe that is gone takes nothing more; that alone is no reason to stop.
process.stdout.on('error', () => {});

try {
  const settings = readSettings(process.env, process.cwd());
  const root = join(import.meta.dirname, '..');
  const { signal } = stopping;
  const { hookUrl, pageUrl } = await startStack({ root, settings, resources, signal, print });
  print(`Hook URL: ${hookUrl}`);
  print(`Page: ${pageUrl}`);
} catch (error) {
  // While the end is under way, what was being started fails for that reason alone.
  if (!stopping.signal.aborted) {
    const expected = error instanceof StartError || error instanceof TemplateError;
    process.stderr.write(`${expected ? error.message : describe(error)}\n`);
    await stop(1);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
