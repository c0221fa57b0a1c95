import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compress } from '../../../lambda/platform/compression.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import {
  chunkBytes,
  claimCheckBodies,
  createGetClaimCheck,
  createPutClaimCheck,
  deleteChunks,
  getChunks,
  putChunks,
} from '../../../lambda/store/large-bodies.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import { createSpool } from '../../../lambda/store/spool.ts';
import { collect } from '../../../lambda/store/table.ts';
import { allItems, itemBytes, maxItemBytes } from '../../support/items.ts';
import { copyOf, createClock, newChannel, retention, type StoreTests } from './support.ts';

const { now } = createClock();
/** Six megabytes of text that nothing can compress to less than half. */
const incompressible = () => randomBytes(3_000_000).toString('hex');

export const bodyTests: StoreTests = (table) => {
  const newAddress = () => ({ pk: `CHUNKS#${newChannel()}`, prefix: 'BODY#' });

  test('that is beside the queue is found by a look through the table, and gone once it is removed', async () => {
    const words = `the words of ${newChannel()}`;
    const put = createPutClaimCheck(table(), now);
    const id = await put(compress(Buffer.from(words)));
    const others = randomBytes(chunkBytes + 1);
    const othersId = await put(others);
    for (const { read, remove } of await collect(claimCheckBodies(table()))) {
      // The other one is not compressed.
      if ((await read().catch(() => undefined)) === words) await remove();
    }
    await expect(createGetClaimCheck(table())(id)).rejects.toThrow('incomplete');
    expect(others.equals(await createGetClaimCheck(table())(othersId))).toBe(true);
  });

  test('takes no item of more than 400 KB, wherever it is put', async () => {
    const words = randomBytes(600_000).toString('base64');
    await createConversations(table(), retention).save(copyOf(newChannel(), [words]));
    await createSpool(table())(words, now());
    await createPutClaimCheck(table(), now)(Buffer.from(words));
    const keepRejected = createKeepRejected(table(), { ...retention, dailyBytes: null, now });
    const faults = Array.from({ length: 20 }, () => ({ pointer: `/${'x'.repeat(256)}…`, detail: 'must be object' }));
    await keepRejected(Buffer.from(words), { reason: 'invalid', detail: 'The body is not a chat.', faults });
    const sizes = (await allItems(table())).map(itemBytes);
    expect(Math.max(...sizes)).toBeGreaterThan(chunkBytes);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(maxItemBytes);
  });

  describe('of any length', () => {
    test('comes back byte for byte, whatever its length is', async () => {
      const edge = fc
        .tuple(fc.nat(3), fc.integer({ min: -2, max: 2 }))
        .map(([chunks, more]) => Math.max(0, chunks * chunkBytes + more));
      await fc.assert(
        fc.asyncProperty(edge, async (length) => {
          const address = newAddress();
          const bytes = randomBytes(length);
          await putChunks(table(), address, bytes, 2_000_000_000);
          expect(await collect(table().query({ partition: address.pk }))).toHaveLength(
            Math.max(1, Math.ceil(length / chunkBytes)),
          );
          expect(Buffer.compare(await getChunks(table(), address), bytes)).toBe(0);
        }),
        { numRuns: 8, examples: [[0], [1], [chunkBytes], [chunkBytes + 1]] },
      );
    });

    test('comes back as it was written last, although it took more room before', async () => {
      const address = newAddress();
      await putChunks(table(), address, randomBytes(chunkBytes + 1), 2_000_000_000);
      const bytes = randomBytes(100);
      await putChunks(table(), address, bytes, 2_000_000_000);
      expect(Buffer.compare(await getChunks(table(), address), bytes)).toBe(0);
    });

    test('is an error if a chunk is missing, and gone when all are', async () => {
      const address = newAddress();
      await putChunks(table(), address, randomBytes(2 * chunkBytes + 1), 2_000_000_000);
      await table().delete({ pk: address.pk, sk: 'BODY#000' });
      await expect(getChunks(table(), address)).rejects.toThrow('2 of 3 chunks');
      await deleteChunks(table(), address);
      await expect(getChunks(table(), address)).rejects.toThrow('incomplete');
    });
  });

  describe('of 6 MB that nothing can compress', () => {
    test('is kept whole as a conversation', async () => {
      const copy = copyOf(newChannel(), [incompressible()]);
      const { save, load } = createConversations(table(), retention);
      await save(copy);
      const stored = await load(copy.conversation.id);
      expect(typeof stored === 'object' && (await stored.readBody()) === copy.body).toBe(true);
    });

    test('is kept whole beside the queue, and once for all its copies', async () => {
      const put = createPutClaimCheck(table(), now);
      const bytes = randomBytes(6_000_000);
      const id = await put(bytes);
      expect(await put(bytes)).toBe(id);
      expect(bytes.equals(await createGetClaimCheck(table())(id))).toBe(true);
    });
  });

  test('that is not beside the queue is an error', async () => {
    await expect(createGetClaimCheck(table())('nothing')).rejects.toThrow('incomplete');
  });
};
