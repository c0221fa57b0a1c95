import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SmartsuppApi } from '../../../lambda/smartsupp/api-client.ts';
import { pageSize, walkPages } from '../../../lambda/smartsupp/api-walk.ts';

type Chat = { readonly id: string; readonly created_at: string };
type Page = Awaited<ReturnType<SmartsuppApi['search']>>;

const begin = Date.UTC(2026, 10, 1);
const chatsAt = (times: readonly number[]): readonly Chat[] =>
  times
    .toSorted((a, b) => a - b)
    .map((at, index) => ({ id: `co${index}`, created_at: new Date(begin + at).toISOString() }));

/** As Smartsupp's search: behind a cursor of milliseconds, at most so many. */
function searchIn(chats: readonly Chat[], maxSize: number, change: (page: Page) => Page = (page) => page) {
  let calls = 0;
  const search: SmartsuppApi['search'] = async ({ size, after }) => {
    calls += 1;
    const from = Array.isArray(after) ? Number(after[0]) : Number.NEGATIVE_INFINITY;
    const left = chats.filter(({ created_at }) => Date.parse(created_at) > from);
    const items = left.slice(0, Math.min(size, maxSize));
    const last = items.at(-1);
    const next = last !== undefined && items.length < left.length ? [Date.parse(last.created_at)] : undefined;
    return change({ items, after: next, total: chats.length });
  };
  return { search, calls: () => calls };
}

const span = { finishedFrom: new Date(begin), finishedTo: new Date(begin + 1e9) };

async function walk(search: SmartsuppApi['search'], from: unknown = undefined) {
  const ids: string[] = [];
  for await (const { items } of walkPages(search, { ...span, after: from, walked: 0 }))
    ids.push(...items.map(({ id }) => String(id)));
  return ids;
}

const ids = (chats: readonly Chat[]) => chats.map(({ id }) => id);

test('every conversation comes once, though many began in the same millisecond', async () => {
  const times = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 300, size: 'max' });
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: 20, max: 60 }), async (times, maxSize) => {
      const chats = chatsAt(times);
      expect((await walk(searchIn(chats, maxSize).search)).toSorted()).toEqual(ids(chats).toSorted());
    }),
  );
});

test('it can be gone on with from the end of any page', async () => {
  const chats = chatsAt(Array.from({ length: 500 }, (_, at) => at));
  const { search } = searchIn(chats, 100);
  for await (const { next, items } of walkPages(search, { ...span, after: undefined, walked: 0 })) {
    if (next === undefined) break;
    const rest = await walk(search, next);
    const at = ids(chats).indexOf(String(items.at(-1)?.['id']));
    expect(rest).toEqual(expect.arrayContaining(ids(chats).slice(at + 1)));
  }
});

describe('where Smartsupp says less', () => {
  const chats = chatsAt(Array.from({ length: 2.5 * pageSize }, (_, at) => at));
  test.each<[string, (page: Page) => Page]>([
    ['no cursor, and a count', (page) => ({ ...page, after: undefined })],
    ['no cursor, and no count', (page) => ({ ...page, after: undefined, total: null })],
    ['no count', (page) => ({ ...page, total: null })],
  ])('%s: every conversation comes', async (_what, change) => {
    expect(await walk(searchIn(chats, pageSize, change).search)).toEqual(ids(chats));
  });
});

test('a cursor that leads nowhere ends the walk', async () => {
  const chats = chatsAt([1, 2, 3]);
  const { search, calls } = searchIn(chats, 200, (page) => ({ ...page, after: ['nowhere'] }));
  expect(await walk(search)).toEqual(ids(chats));
  expect(calls()).toBeLessThan(5);
});

test('ten thousand take few calls, even in pages of 50', async () => {
  const chats = chatsAt(Array.from({ length: 10_000 }, (_, at) => at * 1000));
  for (const [maxSize, most] of [
    [200, 60],
    [50, 210],
  ] as const) {
    const { search, calls } = searchIn(chats, maxSize);
    expect(await walk(search)).toHaveLength(10_000);
    expect(calls()).toBeLessThanOrEqual(most);
  }
});
