/** `npm start`: runs the whole stack on this machine. */
import { join } from 'node:path';
import { explainFileError, explainNoRoom, StartError, stackOf, TemplateError } from './lib/errors.ts';
import { readSettings, shortPath } from './lib/settings.ts';
import { startStack } from './stack.ts';
import { createSteps } from './steps.js';
import { listenToKeys, openInBrowser } from './terminal.ts';

/** In milliseconds. Whatever takes longer is cut off by the end of this process. */
const maxStopMs = 1200;

// Every file may hold chats or keys, so only the owner may read it.
process.umask(0o077);

const resources = new AsyncDisposableStack();
const stopping = new AbortController();
let stopped: Promise<void> | undefined;
let lastWords: string | undefined;
const steps = createSteps(process.stdout);

async function stop(code: number): Promise<never> {
  setTimeout(exit, maxStopMs, code);
  stopping.abort();
  steps.abandon();
  // A second call of disposeAsync does not wait for the first.
  stopped ??= resources.disposeAsync();
  await stopped.catch(() => {});
  return exit(code);
}

function exit(code: number): never {
  if (lastWords !== undefined) steps.print(lastWords);
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
// The stack keeps running without its terminal or pipe.
process.stdout.on('error', () => {});

try {
  const settings = readSettings(process.env, process.cwd());
  const root = join(import.meta.dirname, '..');
  const { signal } = stopping;
  const { hookUrl, pageUrl, sendSample } = await startStack({ root, settings, resources, signal, steps });
  lastWords = `Stopped. Your chats are kept in ${shortPath(settings.dataDirectory)}.`;
  steps.print(`\nHook URL: ${hookUrl}\nPage: ${pageUrl}`);
  const listens = listenToKeys(process.stdin, {
    o: () => openInBrowser(pageUrl, () => steps.print(`Open ${pageUrl} in a browser.`)),
    s: async () => steps.print(await sendSample()),
    q: () => void stop(0),
  });
  if (listens) steps.print('\nPress o to open the page, s to send a sample chat, q to stop.\n');
} catch (error) {
  // Errors during the stop are caused by it.
  if (!stopping.signal.aborted) {
    steps.abandon();
    const expected = error instanceof StartError || error instanceof TemplateError;
    const text = expected ? error.message : stackOf(error);
    process.stderr.write(`${explainNoRoom(text) ?? explainFileError(error) ?? text}\n`);
    await stop(1);
  }
}
