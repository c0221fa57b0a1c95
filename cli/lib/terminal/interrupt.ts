import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from './errors.ts';

/**
 * A second Ctrl-C after this time stops at once. Earlier ones may be the same one, sent by the terminal and by our
 * parent.
 */
const repeatAfterMs = 1000;

let finishing = 0;

let message = 'Stopped. Nothing was changed.';

export function exitOnInterrupt(): void {
  process.on('SIGINT', () => {
    if (finishing === 0) endWith(message);
  });
}

/** Call it once something has been changed. */
export function setInterruptMessage(text: string): void {
  message = text;
}

/** Aborts the signal on Ctrl-C instead of exiting, so that the current work can finish. */
export function abortOnInterrupt(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const stop = () => {
    firstAt ??= Date.now();
    if (Date.now() - firstAt > repeatAfterMs) endWith('Stopped at once: the current work may be half done. Check it.');
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

/** Ctrl-C waits for the work. */
export async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  const { release } = abortOnInterrupt();
  try {
    return await work();
  } finally {
    release();
  }
}

/** Acts again and again, with a pause in between, until Ctrl-C, which is how it is meant to end. */
export async function untilInterrupted(pauseMs: number, act: () => Promise<void>): Promise<void> {
  const { signal, release } = abortOnInterrupt();
  try {
    while (!signal.aborted) {
      await act();
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    release();
  }
}

function endWith(text: string): never {
  process.stderr.write(`\n${text}\n`);
  return process.exit(exitCodes.interrupted);
}
