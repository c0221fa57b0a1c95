/** An index that is behind what it indexes: each change is seen some time after it was made, in the order of one item's. */
export type LaggingIndex<Item> = {
  /** Undefined where the item is listed no more. */
  readonly set: (key: string, item: Item | undefined) => void;
  /** What a reader sees now. */
  readonly items: () => readonly Item[];
  /** When everything can be seen that was set by now. */
  readonly caughtUpAt: () => number;
};

type Version<Item> = { readonly item: Item | undefined; readonly seenFrom: number };

export function createLaggingIndex<Item>(now: () => number, nextLagMs: () => number): LaggingIndex<Item> {
  const histories = new Map<string, Version<Item>[]>();
  let caughtUpAt = 0;
  return {
    set: (key, item) => {
      const history = histories.get(key) ?? [];
      const seenFrom = Math.max(history.at(-1)?.seenFrom ?? 0, now() + nextLagMs());
      histories.set(key, [...history, { item, seenFrom }]);
      caughtUpAt = Math.max(caughtUpAt, seenFrom);
    },
    items: () =>
      [...histories.values()].flatMap((history) => history.findLast(({ seenFrom }) => seenFrom <= now())?.item ?? []),
    caughtUpAt: () => caughtUpAt,
  };
}
