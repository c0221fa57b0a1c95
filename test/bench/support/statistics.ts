/** @param share 0.5 for the median, 0.99 for the 99th of a hundred */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]) => percentile(values, 0.5);

/**
 * The median of each round's own ratio: whatever else the machine was doing in a round, it did to both.
 */
export const ratio = (values: readonly number[], against: readonly number[]) =>
  median(values.map((value, round) => value / (against[round] ?? Number.NaN)));
