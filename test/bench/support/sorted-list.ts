const maxChunk = 512;

type Pair<T> = { readonly key: string; readonly value: T };

/** Values by key in order, in chunks: with a million of them, adding and removing one still takes a microsecond. */
export function createSortedList<T>() {
  const chunks: Pair<T>[][] = [[]];

  /** The first chunk that ends with the key or after it; the last one, if none does. */
  const chunkOf = (key: string): number =>
    Math.min(
      search(chunks.length, (at) => (chunks[at]?.at(-1)?.key ?? '') < key),
      chunks.length - 1,
    );
  const placeIn = (chunk: readonly Pair<T>[], key: string): number =>
    search(chunk.length, (at) => (chunk[at]?.key ?? '') < key);

  return {
    add: (key: string, value: T): void => {
      const at = chunkOf(key);
      const chunk = chunks[at] ?? [];
      chunk.splice(placeIn(chunk, key), 0, { key, value });
      if (chunk.length > maxChunk) chunks.splice(at + 1, 0, chunk.splice(maxChunk / 2));
    },
    remove: (key: string): T | undefined => {
      const at = chunkOf(key);
      const chunk = chunks[at] ?? [];
      const place = placeIn(chunk, key);
      const found = chunk[place];
      if (found?.key !== key) return undefined;
      chunk.splice(place, 1);
      if (chunk.length === 0 && chunks.length > 1) chunks.splice(at, 1);
      return found.value;
    },
    /** Those whose key begins so. Nothing may change meanwhile. */
    *within(prefix: string, order: 'ascending' | 'descending' = 'ascending'): Generator<T> {
      const step = order === 'ascending' ? 1 : -1;
      const edge = order === 'ascending' ? prefix : `${prefix}\uffff`;
      let at = chunkOf(edge);
      let place = placeIn(chunks[at] ?? [], edge) - (order === 'ascending' ? 0 : 1);
      for (;;) {
        const chunk = chunks[at];
        if (chunk === undefined) return;
        const pair = chunk[place];
        if (pair === undefined) {
          at += step;
          place = order === 'ascending' ? 0 : (chunks[at]?.length ?? 0) - 1;
        } else {
          if (!pair.key.startsWith(prefix)) return;
          yield pair.value;
          place += step;
        }
      }
    },
  };
}

/** How many of the first ones are so. */
function search(length: number, isBefore: (at: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
