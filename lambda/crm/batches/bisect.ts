import { CrmError } from '../errors.ts';
import { rejected } from './batch.ts';

/** Enough to find one bad item in a hundred. */
const maxExtraCalls = 16;

type Attempt<Item, Result> = (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;

/**
 * Finds the item for which a batch is refused. A batch that throws a permanent error had no effect, so each half is
 * tried on its own. If too many items are bad, the rest is retried later in a smaller batch.
 * @param attempt returns an outcome for each item, or throws for all of them
 */
export async function bisect<Item, Result>(
  items: readonly Item[],
  attempt: Attempt<Item, Result>,
  state: { extraCalls: number; failure?: unknown } = { extraCalls: 0 },
): Promise<readonly PromiseSettledResult<Result>[]> {
  const { failure } = state;
  if (failure !== undefined) return items.map(() => rejected(failure));
  try {
    return await attempt(items);
  } catch (error) {
    const isRefusal = error instanceof CrmError && error.fault.kind === 'permanent';
    // A CRM that is unavailable now will not serve the other half either.
    if (!isRefusal) state.failure = error;
    if (!isRefusal || items.length === 1) return items.map(() => rejected(error));
    if (state.extraCalls >= maxExtraCalls) return items.map(() => rejected(retryInSmallerBatch(error)));
    state.extraCalls += 2;
    const middle = Math.ceil(items.length / 2);
    const first = await bisect(items.slice(0, middle), attempt, state);
    return [...first, ...(await bisect(items.slice(middle), attempt, state))];
  }
}

const retryInSmallerBatch = ({ message, status }: CrmError) =>
  new CrmError(
    `This was in a batch that was refused, perhaps because of another item. It will be tried again. ${message}`,
    { kind: 'retryable' },
    { status },
  );
