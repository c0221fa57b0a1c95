import type { Batch } from '../adapter.ts';

type Outcomes<Result> = readonly PromiseSettledResult<Result>[];

/** How many single calls an adapter makes at a time: few enough for most vendors' bursts, also with some functions at work. */
const atOnce = 5;

/** The batch of an API that takes one at a time. */
export const oneByOne = <Item, Result>(effect: (item: Item) => Promise<Result>): Batch<Item, Result> => ({
  most: atOnce,
  run: (items) => Promise.allSettled(items.map(effect)),
});

/**
 * One call of a run that takes several: an outcome for each item, whatever becomes of the call. What it throws is these
 * items' failure and nobody else's, lest what the calls before it have written be forgotten.
 */
export async function settled<Item, Result>(
  items: readonly Item[],
  call: (items: readonly Item[]) => Promise<Outcomes<Result>>,
): Promise<Outcomes<Result>> {
  if (items.length === 0) return [];
  try {
    const outcomes = await call(items);
    return items.map((_, at) => outcomes[at] ?? unanswered());
  } catch (error) {
    return items.map(() => rejected(error));
  }
}

/** Items that go to different endpoints, a call for each kind; every outcome stands at its item's place. */
export async function byKind<Item, Kind, Result>(
  items: readonly Item[],
  kindOf: (item: Item) => Kind,
  call: (kind: Kind, items: readonly Item[]) => Promise<Outcomes<Result>>,
): Promise<Outcomes<Result>> {
  const outcomes = new Map<Item, PromiseSettledResult<Result>>();
  for (const [kind, some] of Map.groupBy(items, kindOf)) {
    const answers = await settled(some, (asked) => call(kind, asked));
    for (const [at, item] of some.entries()) outcomes.set(item, answers[at] ?? unanswered());
  }
  return items.flatMap((item) => outcomes.get(item) ?? []);
}

export const fulfilled = <Result>(value: Result): PromiseFulfilledResult<Result> => ({ status: 'fulfilled', value });

export const rejected = (reason: unknown): PromiseRejectedResult => ({ status: 'rejected', reason });

const unanswered = () => rejected(new Error('The CRM gave too few answers.'));
