/** Virtual time: events in their order, and between two of them everything runs that waits for neither. */
export type Clock = ReturnType<typeof createClock>;

type Event = { readonly at: number; readonly run: () => void };

/** Promises settle before the next tick. */
const allSettled = () => new Promise<void>((resolve) => process.nextTick(resolve));

export function createClock(start: number) {
  /** The next one last. */
  const events: Event[] = [];
  let time = start;

  const at = (when: number, run: () => void): void => {
    const due = Math.max(when, time);
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((events[middle]?.at ?? 0) > due) low = middle + 1;
      else high = middle;
    }
    // Of two at the same time, the one that was planned first comes first.
    events.splice(low, 0, { at: due, run });
  };

  return {
    now: () => time,
    at,
    /** When the next event is. */
    next: () => events.at(-1)?.at ?? Number.POSITIVE_INFINITY,
    sleep: (ms = 0) => new Promise<void>((resolve) => at(time + ms, resolve)),
    /** Lives through all that is planned until then, or until nothing is. */
    run: async (isOver: () => boolean): Promise<void> => {
      await allSettled();
      for (let event = events.pop(); event !== undefined; event = events.pop()) {
        time = event.at;
        event.run();
        await allSettled();
        if (isOver()) return;
      }
    },
  };
}

/**
 * Chance that stays put: what happens to the n-th call of a name depends on the seed, the name and n alone, so that a
 * script from which something is taken away plays on as before.
 */
export type Draw = (name: string) => number;

/** @param seed 0 always draws 0.5 */
export function createDraw(seed: number): Draw {
  const counts = new Map<string, number>();
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (seed === 0) return 0.5;
    let hash = Math.imul(seed, 0x9e3779b1) ^ Math.imul(count, 0x85ebca6b);
    for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
  };
}
