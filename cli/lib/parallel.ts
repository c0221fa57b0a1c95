/** Concurrent requests; AWS answers each within milliseconds. */
const width = 16;

/** Acts on items concurrently. After an abort or a failure it starts no more; it throws the first failure. */
export async function forEach<T>(
  items: Iterable<T>,
  act: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const work = async () => {
    while (!signal?.aborted && failures.length === 0) {
      const { done, value } = iterator.next();
      if (done) return;
      await act(value).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  if (failures.length > 0) throw failures[0];
}

/** Maps the items concurrently, keeping their order. */
export async function* mapInOrder<T, R>(source: AsyncIterable<T>, map: (item: T) => Promise<R>): AsyncGenerator<R> {
  let batch: T[] = [];
  for await (const item of source) {
    batch.push(item);
    if (batch.length < width) continue;
    yield* await Promise.all(batch.map(map));
    batch = [];
  }
  yield* await Promise.all(batch.map(map));
}

export async function* groupsOf<T>(source: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const item of source) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
