import { describe, expect, test } from '@jest/globals';
import { bisect, byKind, fulfilled, rejected } from '../../../../lambda/crm/port/batch.ts';
import { CrmError } from '../../../../lambda/crm/port/errors.ts';

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

describe('bisect', () => {
  const refusal = new CrmError('No.', { kind: 'permanent' }, { status: 400 });
  const away = new CrmError('Later.', { kind: 'retryable' }, { status: 503 });
  const items = Array.from({ length: 64 }, (_, at) => at);

  test('stops after a while if all items are bad, and leaves the rest for a retry', async () => {
    let calls = 0;
    const outcomes = await bisect(items, async () => {
      calls += 1;
      throw refusal;
    });
    expect(calls).toBeLessThanOrEqual(20);
    expect(outcomes).toHaveLength(64);
    const kinds = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.fault.kind);
    expect(kinds).toContain('permanent');
    expect(kinds.at(-1)).toBe('retryable');
  });

  test('finds the item that fails unexpectedly, if it wrote nothing', async () => {
    const bug = new TypeError('a bug');
    const attempt = async (some: readonly number[]) => {
      if (some.includes(7)) throw bug;
      return some.map((at) => fulfilled(at));
    };
    const found = await bisect(items, attempt, { isItemFault: (error) => error instanceof TypeError });
    expect(found).toEqual(items.map((at) => (at === 7 ? rejected(bug) : fulfilled(at))));
    expect(await bisect(items, attempt)).toEqual(items.map(() => rejected(bug)));
  });

  test('stops at once if the vendor is unavailable', async () => {
    let calls = 0;
    const outcomes = await bisect(items, async () => {
      calls += 1;
      throw calls === 1 ? refusal : away;
    });
    expect(calls).toBe(2);
    expect(outcomes).toEqual(items.map(() => rejected(away)));
  });
});
