/** A second wish to stop, this long after the first, is meant: what is under way is then given up, in milliseconds. */
const patience = 1000;

/**
 * Aborted by Ctrl-C, so that what is under way can come to its end. One Ctrl-C may arrive more than once: from the
 * terminal, and from who started us.
 */
export function abortOnInterrupt(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const stop = () => {
    firstAt ??= Date.now();
    if (Date.now() - firstAt > patience) process.exit(130);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
