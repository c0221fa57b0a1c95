import type { Batch } from './adapter.ts';

/** How many single calls an adapter makes at a time: below every vendor's burst, also with five functions at work. */
const atOnce = 5;

/** The batch of an API that takes one at a time. */
export const oneByOne = <Item, Result>(effect: (item: Item) => Promise<Result>): Batch<Item, Result> => ({
  most: atOnce,
  run: (items) => Promise.allSettled(items.map(effect)),
});

/** The outcomes of a batch, put back at their items' places. */
export const fulfilled = <Result>(value: Result): PromiseFulfilledResult<Result> => ({ status: 'fulfilled', value });

export const rejected = (reason: unknown): PromiseRejectedResult => ({ status: 'rejected', reason });
