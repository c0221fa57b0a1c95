/** What several rows share is there from the first that needs it until the run ends. */
export const run = new AsyncDisposableStack();

/** What several rows need is made, or measured, once in a run. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
