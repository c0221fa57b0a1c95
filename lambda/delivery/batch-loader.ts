import type { Batch } from '../crm/port/adapter.ts';
import { rejected } from '../crm/port/batch.ts';
import { CrmError } from '../crm/port/errors.ts';

/** Too little time is left in this invocation to call the CRM. Nothing was tried. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

export type BatchLoader = {
  /** Loads single items through the adapter's batch call. */
  readonly loadWith: <Item, Result>(
    batch: Batch<Item, Result>,
    keysOf?: KeysOf<Item>,
  ) => (item: Item) => Promise<Result>;
  /** A participant needs nothing more. Each must call it once. */
  readonly leave: () => void;
};

/**
 * Coalesces the calls of deliveries that run side by side into the adapter's batches, like DataLoader. There is no
 * timer: it flushes when every participant that has not left waits for the CRM, so a lone chat never waits.
 *
 * Two items that share a key never go out together: the second waits for the first, and finds what it wrote. If the CRM
 * fails a whole chunk for now, the other chunks are not sent and fail in the same way.
 * @param options.participants the number of deliveries
 * @param options.hasTime false if a call started now might be cut off
 */
export function createBatchLoader(options: {
  readonly participants: number;
  readonly hasTime: () => boolean;
}): BatchLoader {
  const flushes: (() => void)[] = [];
  let active = options.participants;
  let waiting = 0;

  const flushIfAllWait = () => {
    if (waiting === 0 || waiting < active) return;
    waiting = 0;
    for (const flush of flushes) flush();
  };

  return {
    loadWith<Item, Result>(batch: Batch<Item, Result>, keysOf: KeysOf<Item> = () => []) {
      let queue: Request<Item, Result>[] = [];
      flushes.push(() => {
        const requests = queue;
        queue = [];
        void run(requests, batch, keysOf, options.hasTime);
      });
      return (item: Item) =>
        new Promise<Result>((resolve, reject) => {
          queue.push({ item, resolve, reject });
          waiting += 1;
          flushIfAllWait();
        });
    },
    leave: () => {
      active -= 1;
      flushIfAllWait();
    },
  };
}

type KeysOf<Item> = (item: Item) => readonly string[];

type Request<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
};

/** Runs chunk after chunk, until the CRM fails a whole one or time is up. */
async function run<Item, Result>(
  requests: readonly Request<Item, Result>[],
  batch: Batch<Item, Result>,
  keysOf: KeysOf<Item>,
  hasTime: () => boolean,
): Promise<void> {
  let failure: Error | undefined;
  for (let rest = requests; rest.length > 0; ) {
    const chunk = withoutSharedKeys(rest, batch.maxSize, keysOf);
    rest = rest.filter((request) => !chunk.includes(request));
    failure ??= hasTime() ? undefined : new OutOfTime();
    const outcomes = failure === undefined ? await outcomesOf(batch, chunk) : chunk.map(() => rejected(failure));
    for (const [index, { resolve, reject }] of chunk.entries()) {
      const outcome = outcomes[index] ?? rejected(new Error('The adapter gave no outcome for an item.'));
      if (outcome.status === 'fulfilled') resolve(outcome.value);
      else reject(outcome.reason);
    }
    failure ??= failureOfAll(outcomes);
  }
}

function withoutSharedKeys<Item, Result>(
  requests: readonly Request<Item, Result>[],
  maxSize: number,
  keysOf: KeysOf<Item>,
): readonly Request<Item, Result>[] {
  const taken = new Set<string>();
  const chunk: Request<Item, Result>[] = [];
  for (const request of requests) {
    const keys = keysOf(request.item);
    const isFree = chunk.length < maxSize && !keys.some((key) => taken.has(key));
    // Taken even if the request has to wait, so that requests with the same key keep their order.
    for (const key of keys) taken.add(key);
    if (isFree) chunk.push(request);
  }
  return chunk;
}

async function outcomesOf<Item, Result>(batch: Batch<Item, Result>, chunk: readonly Request<Item, Result>[]) {
  try {
    return await batch.run(chunk.map(({ item }) => item));
  } catch (reason) {
    return chunk.map(() => rejected(reason));
  }
}

/** A CRM-wide failure: skip the remaining chunks. */
function failureOfAll(outcomes: readonly PromiseSettledResult<unknown>[]): CrmError | undefined {
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const passing = reasons.find((reason) => reason instanceof CrmError && reason.fault.kind !== 'permanent');
  if (reasons.length < outcomes.length || !(passing instanceof CrmError)) return undefined;
  const { message, fault, status } = passing;
  // The rest was not tried, so its outcome is known.
  return new CrmError(message, fault, status === undefined ? {} : { status });
}
