/** The first of what comes, at most `limit`; no more is asked for than is needed. */
export async function collect<T>(source: AsyncIterable<T>, limit = Number.POSITIVE_INFINITY): Promise<readonly T[]> {
  const found: T[] = [];
  if (limit <= 0) return found;
  for await (const each of source) {
    if (found.push(each) >= limit) break;
  }
  return found;
}
