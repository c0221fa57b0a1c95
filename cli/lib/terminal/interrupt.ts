import { exitCodes } from './errors.ts';

/** A second wish to stop, this long after the first, is meant: what is under way is then given up, in milliseconds. */
const patience = 1000;

/** How many are at something that they want to end by themselves. */
let atWork = 0;

/** What Ctrl-C leaves to be told where nobody is at such a thing. */
let farewell = 'Stopped. Nothing was changed.';

/** A command that Ctrl-C ends says so in a line. To be called before anything else. */
export function sayFarewellOnInterrupt(): void {
  process.on('SIGINT', () => {
    if (atWork === 0) endWith(farewell);
  });
}

/** From now on something has been changed, and this is to be told of it. */
export function whenInterruptedSay(text: string): void {
  farewell = text;
}

/**
 * Aborted by Ctrl-C, so that what is under way can come to its end. One Ctrl-C may arrive more than once: from the
 * terminal, and from who started us.
 */
export function abortOnInterrupt(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const stop = () => {
    firstAt ??= Date.now();
    if (Date.now() - firstAt > patience) endWith('Stopped at once: what was under way may be half done. Look at it.');
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  atWork += 1;
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, stop);
      atWork -= 1;
    },
  };
}

/** What must not be left half done: it takes a moment, and Ctrl-C waits for it. */
export async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  const { release } = abortOnInterrupt();
  try {
    return await work();
  } finally {
    release();
  }
}

function endWith(text: string): never {
  process.stderr.write(`\n${text}\n`);
  return process.exit(exitCodes.interrupted);
}
