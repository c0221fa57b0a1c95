/** `npm start`: runs the whole stack on this machine. */
import { join } from 'node:path';
import { explainNoRoom } from './lib/disk.ts';
import { StartError, TemplateError } from './lib/errors.ts';
import { readSettings } from './lib/settings.ts';
import { startStack } from './stack.ts';

/** Anything that hangs for longer ends with this process. */
const maxStopMs = 1200;

// Chats and keys are for the owner of the process alone, in whatever file.
process.umask(0o077);

const resources = new AsyncDisposableStack();
const stopping = new AbortController();
let stopped: Promise<void> | undefined;
const print = (line: string) => process.stdout.write(`${line}\n`);

async function stop(code: number): Promise<never> {
  setTimeout(() => process.exit(code), maxStopMs);
  stopping.abort();
  // A second call of disposeAsync does not wait for the first.
  stopped ??= resources.disposeAsync();
  await stopped.catch(() => {});
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
// The stack keeps running without its terminal or pipe.
process.stdout.on('error', () => {});

try {
  const settings = readSettings(process.env, process.cwd());
  const root = join(import.meta.dirname, '..');
  const { signal } = stopping;
  const { hookUrl, pageUrl } = await startStack({ root, settings, resources, signal, print });
  print(`Hook URL: ${hookUrl}`);
  print(`Page: ${pageUrl}`);
} catch (error) {
  // Errors during the stop are caused by it.
  if (!stopping.signal.aborted) {
    const expected = error instanceof StartError || error instanceof TemplateError;
    const text = expected ? error.message : describe(error);
    process.stderr.write(`${explainNoRoom(text) ?? text}\n`);
    await stop(1);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
