import { expect, test } from '@jest/globals';
import { byKind, fulfilled, rejected } from '../../../../lambda/crm/batches/batch.ts';

const kindOf = ({ kind }: { readonly kind: string }) => kind;
const items = ['task', 'case', 'task', 'case'].map((kind, at) => ({ kind, at }));

test('each kind goes out in one call, and the outcomes come back in the items’ order', async () => {
  const kinds: string[] = [];
  const outcomes = await byKind(items, kindOf, async (kind, some) => {
    kinds.push(kind);
    return some.map(({ at }) => fulfilled(at));
  });
  expect(kinds).toEqual(['task', 'case']);
  expect(outcomes).toEqual(items.map(({ at }) => fulfilled(at)));
});

test('a failed call does not lose the outcomes of the others', async () => {
  const away = new Error('Away.');
  const outcomes = await byKind(items, kindOf, async (kind, some) => {
    if (kind === 'case') throw away;
    return some.map(({ at }) => fulfilled(at));
  });
  expect(outcomes).toEqual([fulfilled(0), rejected(away), fulfilled(2), rejected(away)]);
});

test('an item without an answer fails', async () => {
  const outcomes = await byKind(items, kindOf, async (_, some) => some.slice(1).map(({ at }) => fulfilled(at)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
});
