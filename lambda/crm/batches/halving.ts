import { CrmError } from '../errors.ts';
import { rejected } from './batch.ts';

/** How many calls more a batch may cost that is refused as a whole: enough to find a bad item among a hundred. */
const mostExtraCalls = 16;

type Attempt<Item, Result> = (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;

/**
 * Finds out what a refused batch was refused for: a batch that throws a permanent error took no effect, so its halves
 * are tried by themselves, until the bad item stands alone. Where that would take too many calls, since many items are
 * bad, what is left comes back later in smaller company.
 * @param attempt answers with an outcome for each item, or throws for all of them
 */
export async function halving<Item, Result>(
  items: readonly Item[],
  attempt: Attempt<Item, Result>,
  state: { extraCalls: number; failure?: unknown } = { extraCalls: 0 },
): Promise<readonly PromiseSettledResult<Result>[]> {
  const { failure } = state;
  if (failure !== undefined) return items.map(() => rejected(failure));
  try {
    return await attempt(items);
  } catch (error) {
    // What is no fault of an item will not be better for its neighbours a moment later.
    if (!isRefusal(error)) state.failure = error;
    if (!isRefusal(error) || items.length === 1) return items.map(() => rejected(error));
    if (state.extraCalls >= mostExtraCalls) return items.map(() => rejected(postponed(error)));
    state.extraCalls += 2;
    const middle = Math.ceil(items.length / 2);
    const first = await halving(items.slice(0, middle), attempt, state);
    return [...first, ...(await halving(items.slice(middle), attempt, state))];
  }
}

export const isRefusal = (error: unknown): error is CrmError =>
  error instanceof CrmError && error.fault.kind === 'permanent';

export const postponed = ({ message, status }: CrmError) =>
  new CrmError(
    `This was in a batch that was refused, and is perhaps no fault of it. It will be tried again. ${message}`,
    { kind: 'retryable' },
    { status },
  );
