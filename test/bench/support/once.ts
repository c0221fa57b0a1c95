/** What several rows need is measured once in a run. */
export function once<T>(measure: () => Promise<T>): () => Promise<T> {
  let measured: Promise<T> | undefined;
  return () => {
    measured ??= measure();
    return measured;
  };
}
