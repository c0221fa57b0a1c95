/** Ends what was started, in the reverse order, however far the start had come. */
export type Lifetime = {
  /** Aborted when the end begins. */
  readonly signal: AbortSignal;
  /** To be called for everything that must not be left behind. After the end has begun, it is ended at once. */
  readonly onEnd: (end: () => unknown) => void;
  /** Resolves when everything has ended. May be called more than once. */
  readonly end: () => Promise<void>;
};

export function createLifetime(): Lifetime {
  const ending = new AbortController();
  const ends: (() => unknown)[] = [];
  let ended: Promise<void> | undefined;

  const endAll = async () => {
    ending.abort();
    for (let end = ends.pop(); end; end = ends.pop()) await attempt(end);
  };

  return {
    signal: ending.signal,
    onEnd(end) {
      if (ending.signal.aborted) void attempt(end);
      else ends.push(end);
    },
    end() {
      ended ??= endAll();
      return ended;
    },
  };
}

/** One end that fails keeps no other from its turn. */
async function attempt(end: () => unknown): Promise<void> {
  try {
    await end();
  } catch {
    // What is left ends with this process: every child is tied to it.
  }
}
