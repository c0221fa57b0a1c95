/**
 * Items in groups, in their order. An item that is too large for any group has one of its own.
 * @param limits.most how many items a group takes
 * @param limits.size how much it takes, as `sizeOf` counts
 */
export function inGroups<Item>(
  items: readonly Item[],
  { maxSize, size }: { readonly maxSize: number; readonly size: number },
  sizeOf: (item: Item) => number,
): readonly (readonly Item[])[] {
  const groups: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const last = groups.at(-1);
    if (last === undefined || last.length >= maxSize || sizeOf(item) > room) {
      groups.push([item]);
      room = size - sizeOf(item);
    } else {
      last.push(item);
      room -= sizeOf(item);
    }
  }
  return groups;
}
