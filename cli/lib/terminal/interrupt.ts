import { exitCodes } from './errors.ts';

/** A second Ctrl-C this long after the first stops at once. One may arrive twice: from the terminal and from our parent. */
const repeatAfterMs = 1000;

/** How many callers finish their work before they stop. */
let finishing = 0;

let message = 'Stopped. Nothing was changed.';

/** Call it before anything else. */
export function exitOnInterrupt(): void {
  process.on('SIGINT', () => {
    if (finishing === 0) endWith(message);
  });
}

/** Call it once something has been changed. */
export function setInterruptMessage(text: string): void {
  message = text;
}

/** Aborted by Ctrl-C, so that the current work can finish. */
export function abortOnInterrupt(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const stop = () => {
    firstAt ??= Date.now();
    if (Date.now() - firstAt > repeatAfterMs)
      endWith('Stopped at once: what was under way may be half done. Look at it.');
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  finishing += 1;
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, stop);
      finishing -= 1;
    },
  };
}

/** For what must not be left half done: Ctrl-C waits for it. */
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
