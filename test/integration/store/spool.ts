import { beforeEach, expect, test } from '@jest/globals';
import { createListSpooled, createSpool } from '../../../lambda/store/spool.ts';
import { allItems } from '../../support/items.ts';
import { died, dyingAfter } from './dying-table.ts';
import type { StoreTests } from './support.ts';

export const spoolTests: StoreTests = (table) => {
  const keep = (body: string, at: string) => createSpool(table())(body, new Date(at));
  const list = (limit = 100) => createListSpooled(table())(limit);
  beforeEach(async () => {
    for (const hook of await list()) await hook.remove();
  });

  test('is read as it came, the oldest first', async () => {
    await keep('{"later": "žluťoučký 🐎"}', '2026-05-01T09:00:00Z');
    await keep('{"sooner": "\\ud800"}', '2026-05-01T08:00:00Z');
    const hooks = await Promise.all((await list()).map(({ read }) => read()));
    expect(hooks).toEqual([
      { body: '{"sooner": "\\ud800"}', receivedAt: new Date('2026-05-01T08:00:00Z') },
      { body: '{"later": "žluťoučký 🐎"}', receivedAt: new Date('2026-05-01T09:00:00Z') },
    ]);
    expect(await list(1)).toHaveLength(1);
  });

  test('leaves nothing behind when it is removed', async () => {
    await keep('x'.repeat(1000), '2026-05-01T08:00:00Z');
    for (const hook of await list()) await hook.remove();
    expect(await list()).toEqual([]);
    expect(await allItems(table())).toEqual([]);
  });

  test('is not listed as long as its body is not there', async () => {
    const spool = createSpool(dyingAfter(table(), 1));
    await expect(spool('{}', new Date('2026-05-01T08:00:00Z'))).rejects.toThrow(died);
    expect(await list()).toEqual([]);
  });

  test('is not taken along by the removal of its copy', async () => {
    await keep('the same', '2026-05-01T08:00:00Z');
    const [first] = await list();
    await keep('the same', '2026-05-01T08:00:01Z');
    await first?.remove();
    const [second, ...others] = await list();
    expect(others).toEqual([]);
    expect((await second?.read())?.body).toBe('the same');
  });
};
