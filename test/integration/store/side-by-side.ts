import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Recording } from '../../../lambda/delivering/ports.ts';
import { cardKeyOf } from '../../../lambda/store/cards.ts';
import { createConversations, createReadBody } from '../../../lambda/store/conversations.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { createChatsOf } from '../../../lambda/store/visitors.ts';
import { copyOf, newChannel, retention, type StoreTests } from './support.ts';

/** A table of which a process can ask so many things before it dies. */
function dyingAfter(table: Table, calls: number): Table {
  let left = calls;
  const counted =
    <Arguments extends readonly unknown[], Result>(ask: (...asked: Arguments) => Promise<Result>) =>
    (...asked: Arguments): Promise<Result> => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('it dies here')) : ask(...asked);
    };
  const { get, putMany, update } = table;
  return {
    ...table,
    get: counted(get),
    putMany: counted(putMany),
    update: counted(update),
    delete: counted(table.delete),
  };
}

const byRevision = (one: Recording, other: Recording) => (one.revision < other.revision ? -1 : 1);

export const sideBySideTests: StoreTests = (table) => {
  const record = (recording: Recording, over: Partial<Table> = {}) =>
    createConversations({ ...table(), ...over }, retention).record(recording);

  test('are kept as the newest of them in the end, with its card, whoever dies over them', async () => {
    const visitors = ['one', 'other', null];
    const aCopy = fc.record({
      length: fc.integer({ min: 1, max: 3 }),
      visitorId: fc.constantFrom(...visitors),
      email: fc.constantFrom(null, 'a@example.com', 'b@example.com'),
      hour: fc.integer({ min: 0, max: 23 }),
      /** Each time it is handed out, after so many milliseconds; a process dies at so many calls, or none does. */
      handled: fc.array(fc.record({ after: fc.nat(8), dies: fc.option(fc.nat(8)), isLikelyKept: fc.boolean() }), {
        minLength: 1,
        maxLength: 2,
      }),
    });
    const copies = fc.uniqueArray(aCopy, { minLength: 2, maxLength: 4, selector: ({ hour }) => hour });
    await fc.assert(
      fc.asyncProperty(copies, async (all) => {
        const channelId = newChannel();
        const recordings = all.map(({ length, hour, email, visitorId, handled }) => ({
          recording: copyOf(
            channelId,
            Array.from({ length }, () => 'Hello'),
            {
              email,
              visitorId: visitorId && `${visitorId}-${channelId}`,
              receivedAt: new Date(Date.UTC(2026, 4, 1, hour)).toISOString(),
            },
          ),
          handled,
        }));
        await Promise.all(
          recordings.flatMap(({ recording, handled }) =>
            handled.map(async ({ after, dies, isLikelyKept }) => {
              await sleep(after);
              const again = () => record({ ...recording, isLikelyKept: true });
              await record({ ...recording, isLikelyKept }, dies === null ? {} : dyingAfter(table(), dies)).catch(again);
            }),
          ),
        );
        const newest = recordings
          .map(({ recording }) => recording)
          .toSorted(byRevision)
          .at(-1);
        if (newest === undefined) throw new Error('there are two at least');
        const { pk, sk } = cardKeyOf(newest);
        expect(await table().get({ pk, sk }, { consistent: true })).toBeDefined();
        expect((await createReadBody(table())(newest.conversation.id))?.body).toBe(newest.body);
        const told = await createChatsOf(table())(newest.conversation);
        if (newest.conversation.visitor.id !== null) {
          expect(told.map(({ email }) => email)).toEqual([newest.conversation.visitor.email]);
        }
      }),
      { numRuns: 60 },
    );
  });
};
