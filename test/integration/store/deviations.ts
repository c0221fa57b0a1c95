import { expect, test } from '@jest/globals';
import { createCountDeviation, seenDeviations } from '../../../lambda/store/deviations.ts';
import { collect } from '../../../lambda/store/table.ts';
import { createClock, type StoreTests } from './support.ts';

export const deviationTests: StoreTests = (table) => {
  test('is new once, and counted with its first and last time', async () => {
    const clock = createClock();
    const count = createCountDeviation(table(), clock.now);
    const isNew = await Promise.all(Array.from({ length: 5 }, () => count('/visitor type')));
    expect(isNew.filter(Boolean)).toHaveLength(1);
    clock.pass(24 * 60 * 60);
    expect([await count('/visitor type'), await count('/messages/*/content type')]).toEqual([false, true]);
    const at = { firstSeenAt: '2026-05-01T08:00:00.000Z', lastSeenAt: '2026-05-02T08:00:00.000Z' };
    expect(await collect(seenDeviations(table()))).toEqual([
      { deviation: '/messages/*/content type', chats: 1, ...at, firstSeenAt: at.lastSeenAt },
      { deviation: '/visitor type', chats: 6, ...at },
    ]);
  });
};
