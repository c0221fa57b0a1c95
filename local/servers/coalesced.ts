/** Coalesces calls: calls during a run share one run after it. */
export function coalesced(run: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const begin = (): Promise<void> => {
    next = undefined;
    current = run();
    current.then(end, end);
    return current;
  };
  const end = () => {
    if (next === undefined) current = undefined;
  };

  return () => {
    if (current === undefined) return begin();
    next ??= current.then(begin, begin);
    return next;
  };
}
