import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChatCopy } from '../../../lambda/delivery/ports.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createErasure } from '../../../lambda/store/erasure.ts';
import { chunkBytes } from '../../../lambda/store/large-bodies.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { died, dyingAfter, interposed } from './dying-table.ts';
import { copyOf, itemsOf, newChannel, retention, type StoreTests, saveCopy } from './support.ts';

const large = randomBytes(chunkBytes + 10_000).toString('base64');

/** At which of its calls to the table a process dies, or none. Its message then comes back. */
const death = fc.option(fc.nat(7));
const aCopy = fc.record({
  length: fc.integer({ min: 1, max: 2 }),
  isLarge: fc.boolean(),
  hour: fc.integer({ min: 0, max: 23 }),
  deaths: fc.array(death, { minLength: 1, maxLength: 2 }),
});
const copies = fc.uniqueArray(aCopy, { minLength: 2, maxLength: 3, selector: ({ hour }) => hour });

const byRevision = (one: ChatCopy, other: ChatCopy) => (one.revision < other.revision ? -1 : 1);

export const sideBySideTests: StoreTests = (table) => {
  /** Repeats the work until its process lives, as a queue or an operator does. */
  async function untilItLives(
    at: number | null,
    through: (table: Table) => Table,
    work: (table: Table) => Promise<void>,
  ) {
    if (at === null) return work(through(table()));
    try {
      await work(through(dyingAfter(table(), at)));
    } catch (error) {
      expect(error).toBe(died);
      await work(through(table()));
    }
  }

  test('end as the newest of them, whole, and an erased chat as its mark, whichever process dies', async () => {
    const erasure = fc.option(fc.record({ dies: death }));
    await fc.assert(
      fc.asyncProperty(copies, erasure, fc.scheduler(), async (all, erased, scheduler) => {
        const channelId = newChannel();
        const id = `208:${channelId}`;
        const through = (inner: Table) => interposed(inner, (call) => scheduler.schedule(Promise.resolve(), call));
        const saved = all.map(({ length, isLarge, hour }) =>
          copyOf(
            channelId,
            Array.from({ length }, () => (isLarge ? large : 'Hello')),
            { receivedAt: new Date(Date.UTC(2026, 4, 1, hour)).toISOString() },
          ),
        );
        const saves = saved.flatMap((copy, at) =>
          (all[at]?.deaths ?? []).map((dies) =>
            untilItLives(dies, through, async (its) => {
              await saveCopy(its, copy);
            }),
          ),
        );
        const erase = untilItLives(erased?.dies ?? null, through, async (its) => {
          if (erased === null) return;
          const { begin, end } = createErasure(its, () => new Date('2026-05-02T08:00:00Z'));
          await begin(id, 'email#eva@example.com');
          await end(id);
        });
        await scheduler.waitFor(Promise.all([...saves, erase]));

        const items = await itemsOf(table(), id);
        const chat = items.find(({ sk }) => sk === 'CHAT');
        const chunks = items.filter(({ sk }) => String(sk).startsWith('BODY#'));
        if (erased !== null) {
          expect(items.map(({ sk }) => sk)).toEqual(['CHAT']);
          expect(Object.keys(chat ?? {}).toSorted()).toEqual([
            'conversationId',
            'erasedAt',
            'expiresAt',
            'pk',
            'revision',
            'sk',
          ]);
          return;
        }
        const newest = saved.toSorted(byRevision).at(-1);
        const stored = await createConversations(table(), retention).load(id);
        expect(typeof stored === 'object' && (await stored.readBody()) === newest?.body).toBe(true);
        const orphans = chunks.filter(({ sk }) => !String(sk).startsWith(`BODY#${String(chat?.['bodyId'])}#`));
        const hasDied = all.some(({ deaths }) => deaths.some((dies) => dies !== null));
        if (!hasDied) expect(orphans).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
};
