import type { Batch } from './adapter.ts';
import { CrmError } from './errors.ts';

type Outcomes<Result> = readonly PromiseSettledResult<Result>[];

/** Within most vendors' burst limits, even with several functions running. */
const maxConcurrentCalls = 5;

/** For an API that takes one item per call. */
export const oneByOne = <Item, Result>(
  effect: (item: Item) => Promise<Result>,
  maxSize = maxConcurrentCalls,
): Batch<Item, Result> => ({
  maxSize,
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

export type Removal = {
  /** Succeeds if it is already gone. */
  readonly remove: (id: string) => Promise<void>;
  /** Asks the CRM. The recycle bin counts as gone. */
  readonly exists: (id: string) => Promise<boolean>;
};

/**
 * Confirms each removal by reading: an erasure must not forget a record that still exists.
 * @throws CrmError if the CRM still has one
 */
export async function removeAll(ids: readonly string[], { remove, exists }: Removal): Promise<void> {
  for (const id of ids) {
    await remove(id);
    if (await exists(id)) {
      throw new CrmError(`The CRM still has ${id} although it was asked to delete it. It will be tried again.`, {
        kind: 'retryable',
      });
    }
  }
}

export const fulfilled = <Result>(value: Result): PromiseFulfilledResult<Result> => ({ status: 'fulfilled', value });

export const rejected = (reason: unknown): PromiseRejectedResult => ({ status: 'rejected', reason });

/** For an item that the answer leaves out. */
export const unanswered = () => rejected(new Error('The CRM gave too few answers.'));

const maxExtraCalls = 16;

type Attempt<Item, Result> = (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;

/** A refused batch had no effect. */
export const isRefusal = (error: unknown): boolean => error instanceof CrmError && error.fault.kind === 'permanent';

/**
 * Finds the item that fails a batch, by trying each half. With too many bad items, the rest is retried later.
 * @param attempt returns an outcome for each item, or throws for all of them
 * @param options.hasField whether an item may be refused because the CRM has no such field. Default: none
 * @param options.isItemFault whether an error may be one item's fault and wrote nothing. Default: a refusal
 */
export async function bisect<Item, Result>(
  items: readonly Item[],
  attempt: Attempt<Item, Result>,
  {
    isItemFault = isRefusal,
    hasField = () => false,
  }: {
    readonly isItemFault?: (error: unknown) => boolean;
    readonly hasField?: (item: Item, field: string) => boolean;
  } = {},
): Promise<readonly PromiseSettledResult<Result>[]> {
  let extraCalls = 0;
  let failure: { readonly reason: unknown } | undefined;

  async function attemptHalves(some: readonly Item[]): Promise<readonly PromiseSettledResult<Result>[]> {
    if (failure !== undefined) return rejectAll(some, failure.reason);
    try {
      return await attempt(some);
    } catch (error) {
      // A CRM that is unavailable will not serve the other half either.
      if (!isItemFault(error)) failure = { reason: error };
      if (!isItemFault(error) || some.length === 1) return rejectAll(some, error);
      const bad = new Set(some.filter((item) => unknownFieldsIn(error).some((field) => hasField(item, field))));
      if (bad.size > 0) return attemptWithout(bad, some, error);
      if (extraCalls >= maxExtraCalls) return rejectAll(some, retryInSmallerBatch(error));
      extraCalls += 2;
      const middle = Math.ceil(some.length / 2);
      const first = await attemptHalves(some.slice(0, middle));
      return [...first, ...(await attemptHalves(some.slice(middle)))];
    }
  }

  /** The CRM has no such field, so it refuses exactly the items that have it. */
  async function attemptWithout(bad: ReadonlySet<Item>, some: readonly Item[], error: unknown) {
    const good = some.filter((item) => !bad.has(item));
    const outcomes = (good.length === 0 ? [] : await attemptHalves(good)).values();
    return some.map((item) => (bad.has(item) ? rejected(error) : (outcomes.next().value ?? unanswered())));
  }

  return attemptHalves(items);
}

const unknownFieldsIn = (error: unknown): readonly string[] =>
  error instanceof CrmError
    ? error.refused.flatMap(({ isUnknownField, field }) => (isUnknownField === true ? field : []))
    : [];

const rejectAll = (items: readonly unknown[], reason: unknown) => items.map(() => rejected(reason));

function retryInSmallerBatch(error: unknown): unknown {
  if (!(error instanceof CrmError)) return error;
  return new CrmError(
    `This was in a batch that was refused, perhaps because of another item. It will be tried again. ${error.message}`,
    { kind: 'retryable' },
    { status: error.status },
  );
}
