import type { Batch } from '../port/adapter.ts';

type Outcomes<Result> = readonly PromiseSettledResult<Result>[];

/** Within most vendors' burst limits, even with several functions running. */
const maxConcurrentCalls = 5;

/** For an API that takes one item per call. */
export const oneByOne = <Item, Result>(effect: (item: Item) => Promise<Result>): Batch<Item, Result> => ({
  maxSize: maxConcurrentCalls,
  // Async, so that an item that cannot be built fails alone.
  run: (items) => Promise.allSettled(items.map(async (item) => effect(item))),
});

/** One call of a run. An error fails only this call's items, so that earlier results are kept. */
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

/** Builds all requests before the call, so that an item that cannot be built fails alone. */
export async function buildEach<Item, Built, Result>(
  items: readonly Item[],
  build: (item: Item) => Built,
  call: (built: readonly Built[]) => Promise<Outcomes<Result>>,
): Promise<Outcomes<Result>> {
  const all = items.map((item) => attempted(() => build(item)));
  const built = all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const outcomes = (await settled(built, call)).values();
  return all.map((each) => (each.status === 'rejected' ? each : (outcomes.next().value ?? unanswered())));
}

export function attempted<Result>(work: () => Result): PromiseSettledResult<Result> {
  try {
    return fulfilled(work());
  } catch (error) {
    return rejected(error);
  }
}

/** One call for each kind, for kinds with different endpoints. The outcomes are in the items' order. */
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

/** For an item that the answer leaves out. */
export const unanswered = () => rejected(new Error('The CRM gave too few answers.'));
