const pageSize = 500;
const concurrency = 25;

/** Works through a list, page after page, until it is empty or time is up. */
export async function drain<Item extends { readonly id: string }>(
  list: (limit: number) => Promise<readonly Item[]>,
  work: (item: Item) => Promise<unknown>,
  options: { readonly hasTime: () => boolean; readonly failed: (error: unknown) => void },
): Promise<readonly Item[]> {
  const { hasTime, failed } = options;
  const done = new Map<string, Item>();
  for (let isMore = true; isMore && hasTime(); ) {
    const limit = pageSize + done.size;
    const listed = await list(limit);
    // An index lists finished items a moment longer, and failed ones until they are fixed.
    const items = listed.filter(({ id }) => !done.has(id));
    await forEach(items, work, failed);
    for (const item of items) done.set(item.id, item);
    isMore = items.length > 0 && listed.length >= limit;
  }
  return [...done.values()];
}

/** One failure stops nothing else. If a whole group fails, the queue or the table is away, so the rest can wait. */
export async function forEach<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
  failed: (error: unknown) => void,
): Promise<void> {
  for (let from = 0; from < items.length; from += concurrency) {
    const group = items.slice(from, from + concurrency);
    const errors = (await Promise.allSettled(group.map(work))).flatMap((each) =>
      each.status === 'rejected' ? [each.reason] : [],
    );
    if (errors.length === group.length) throw errors[0];
    for (const error of errors) failed(error);
  }
}
