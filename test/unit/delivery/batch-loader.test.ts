import { describe, expect, test } from '@jest/globals';
import type { Batch } from '../../../lambda/crm/port/adapter.ts';
import { fulfilled, rejected } from '../../../lambda/crm/port/batch.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { createBatchLoader, OutOfTime } from '../../../lambda/delivery/batch-loader.ts';

type Item = { readonly name: string; readonly keys?: readonly string[] };
type Run = Batch<Item, string>['run'];

const item = (name: string, ...keys: readonly string[]): Item => ({ name, keys });
const answerAll: Run = async (items) => items.map(({ name }) => fulfilled(`answer to ${name}`));

/** Participants who load from one batch; tells which items each call held. */
function createLoads(parts: {
  readonly participants: number;
  readonly maxSize?: number;
  readonly run?: Run;
  readonly hasTime?: () => boolean;
}) {
  const { participants, maxSize = 100, run = answerAll, hasTime = () => true } = parts;
  const calls: string[][] = [];
  const { loadWith, leave } = createBatchLoader({ participants, hasTime });
  const recorded: Batch<Item, string> = {
    maxSize,
    run: (items) => {
      calls.push(items.map(({ name }) => name));
      return run(items);
    },
  };
  const load = loadWith(recorded, ({ keys = [] }) => keys);
  const loadAll = (items: readonly Item[]) => Promise.allSettled(items.map(load));
  return { calls, load, loadAll, loadWith, leave };
}

const letters = (count: number) => Array.from('abcdefgh'.slice(0, count), (name) => item(name));

describe('deliveries that run side by side', () => {
  test('share one call, when the last of them waits for the CRM or leaves', async () => {
    const { calls, load, leave } = createLoads({ participants: 3 });
    const loads = [load(item('a')), load(item('b'))];
    await Promise.resolve();
    expect(calls).toEqual([]);
    leave();
    expect(await Promise.all(loads)).toEqual(['answer to a', 'answer to b']);
    expect(calls).toEqual([['a', 'b']]);
  });

  test('do not wait if there is only one', async () => {
    expect(await createLoads({ participants: 1 }).load(item('a'))).toBe('answer to a');
  });

  test('share their calls again, as often as they need', async () => {
    const { calls, load, leave } = createLoads({ participants: 2 });
    const twice = ['a', 'b'].map(async (name) => {
      await load(item(name));
      await load(item(`${name} again`));
      leave();
    });
    await Promise.all(twice);
    expect(calls).toEqual([
      ['a', 'b'],
      ['a again', 'b again'],
    ]);
  });

  test('wait for one another whatever kind of call each asks for', async () => {
    const { calls, load, loadWith, leave } = createLoads({ participants: 3 });
    const count = loadWith<Item, number>({
      maxSize: 2,
      run: async (items) => items.map(() => fulfilled(items.length)),
    });
    const loads = [load(item('a')), count(item('b'))];
    await Promise.resolve();
    expect(calls).toEqual([]);
    leave();
    expect(await Promise.all(loads)).toEqual(['answer to a', 1]);
  });

  test('get each its own outcome', async () => {
    const rude = new CrmError('too rude', { kind: 'permanent' });
    const run: Run = async (items) => items.map(({ name }) => (name === 'b' ? rejected(rude) : fulfilled(name)));
    const { loadAll } = createLoads({ participants: 3, run });
    expect(await loadAll(letters(3))).toEqual([fulfilled('a'), rejected(rude), fulfilled('c')]);
  });

  test('all get the error that a whole call ends with', async () => {
    const bug = new TypeError('undefined is not a function');
    const { loadAll } = createLoads({ participants: 2, run: () => Promise.reject(bug) });
    expect(await loadAll(letters(2))).toEqual([rejected(bug), rejected(bug)]);
  });

  test('all end even if an adapter returns too few outcomes', async () => {
    const { loadAll } = createLoads({ participants: 2, run: async () => [fulfilled('only one')] });
    expect((await loadAll(letters(2))).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('items that share a key', () => {
  test('go out one after the other, each once the one before is answered', async () => {
    const order: string[] = [];
    const run: Run = async (items) => {
      const names = items.map(({ name }) => name).join('+');
      order.push(`${names} goes out`);
      await Promise.resolve();
      order.push(`${names} is answered`);
      return answerAll(items);
    };
    const { loadAll } = createLoads({ participants: 2, run });
    await loadAll([item('a', 'eva'), item('b', 'eva')]);
    expect(order).toEqual(['a goes out', 'a is answered', 'b goes out', 'b is answered']);
  });

  test.each([
    [
      'let the others go out with the first',
      [item('a', 'eva'), item('b', 'eva'), item('c', 'adam'), item('d')],
      ['acd', 'b'],
    ],
    ['go out in the order in which they came', [item('a', 'eva'), item('b', 'eva'), item('c', 'eva')], ['a', 'b', 'c']],
    // The second waits for the first; the third must not overtake it.
    [
      'keep their order through a third',
      [item('a', 'eva'), item('b', 'eva', '+420'), item('c', '+420')],
      ['a', 'b', 'c'],
    ],
  ])('%s', async (_what, items, expected) => {
    const { calls, loadAll } = createLoads({ participants: items.length });
    const outcomes = await loadAll(items);
    expect(calls.map((names) => names.join(''))).toEqual(expected);
    expect(outcomes).toEqual(items.map(({ name }) => fulfilled(`answer to ${name}`)));
  });
});

describe('the chunk after a chunk', () => {
  const away = new CrmError('no answer', { kind: 'retryable', retryAfterMs: 7 }, { outcomeUnknown: true, status: 503 });
  const failWith =
    (error: Error): Run =>
    async (items) =>
      items.map(() => rejected(error));

  test('holds what the adapter’s size has left', async () => {
    const { calls, loadAll } = createLoads({ participants: 5, maxSize: 2 });
    await loadAll(letters(5));
    expect(calls).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  test('is skipped if the CRM failed the first for now: it fails the same way, and leaves no doubt', async () => {
    const { calls, loadAll } = createLoads({ participants: 5, maxSize: 2, run: failWith(away) });
    const outcomes = await loadAll(letters(5));
    expect(calls).toEqual([['a', 'b']]);
    const skipped = { outcomeUnknown: false, status: 503, fault: { kind: 'retryable', retryAfterMs: 7 } };
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toMatchObject([
      away,
      away,
      skipped,
      skipped,
      skipped,
    ]);
  });

  test('is skipped if the CRM refused the credentials', async () => {
    const refused = new CrmError('who are you?', { kind: 'credentials' });
    const { calls, loadAll } = createLoads({ participants: 4, maxSize: 2, run: failWith(refused) });
    await loadAll(letters(4));
    expect(calls).toHaveLength(1);
  });

  test.each<[string, Run]>([
    ['refused what the first held', failWith(new CrmError('too rude', { kind: 'permanent' }))],
    [
      'failed one item of the first',
      async (items) => items.map((_, at) => (at === 0 ? rejected(away) : fulfilled(''))),
    ],
    ['broke with a bug of the adapter', failWith(new TypeError('undefined is not a function'))],
  ])('is tried if the CRM %s', async (_what, run) => {
    const { calls, loadAll } = createLoads({ participants: 4, maxSize: 2, run });
    await loadAll(letters(4));
    expect(calls).toHaveLength(2);
  });
});

describe('no call is begun once time is up', () => {
  test('from the first', async () => {
    const { calls, load } = createLoads({ participants: 1, hasTime: () => false });
    await expect(load(item('a'))).rejects.toThrow(OutOfTime);
    expect(calls).toEqual([]);
  });

  test('after a chunk that took long, whose answers count', async () => {
    let isUp = false;
    const run: Run = async (items) => {
      isUp = true;
      return answerAll(items);
    };
    const { calls, loadAll } = createLoads({ participants: 3, maxSize: 2, run, hasTime: () => !isUp });
    expect(await loadAll(letters(3))).toEqual([
      fulfilled('answer to a'),
      fulfilled('answer to b'),
      rejected(expect.any(OutOfTime)),
    ]);
    expect(calls).toHaveLength(1);
  });
});
