import { setImmediate } from 'node:timers/promises';

type Group<Item> = { readonly items: Item[]; readonly outcome: Promise<void> };

/**
 * Does for one item at a time what `run` does for up to `most` of them: for all that are given to it in one turn of the
 * event loop. What becomes of them together becomes of each.
 */
export function together<Item>(
  run: (items: readonly Item[]) => Promise<void>,
  most: number,
): (item: Item) => Promise<void> {
  let current: Group<Item> | undefined;

  const begin = (): Group<Item> => {
    const items: Item[] = [];
    const outcome = setImmediate().then(() => {
      if (current?.items === items) current = undefined;
      return run(items);
    });
    return { items, outcome };
  };

  return (item) => {
    if (current === undefined || current.items.length === most) current = begin();
    current.items.push(item);
    return current.outcome;
  };
}
