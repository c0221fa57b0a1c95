import { randomBytes } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import { decompress } from '../../../lambda/platform/compression.ts';
import { rejectedKey } from '../../../lambda/store/keys.ts';
import { getChunks } from '../../../lambda/store/large-bodies.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import { countItems } from '../../support/items.ts';
import { type Clock, createClock, newChannel, retention, type StoreTests } from './support.ts';

const why = { reason: 'not-json', detail: 'The body is not JSON.', faults: [] };

export const rejectedTests: StoreTests = (table) => {
  let clock: Clock;
  beforeEach(() => {
    // A day of its own, whose room nobody has used.
    clock = createClock();
    clock.pass(newChannel() * 24 * 60 * 60);
  });
  const keep = (body: Uint8Array, dailyBytes: number | null = null) =>
    createKeepRejected(table(), { ...retention, dailyBytes, now: clock.now })(body, why);
  const headerOf = async (id: string | undefined) => {
    const { documents, tableName } = table();
    return (await documents.send(new GetCommand({ TableName: tableName, Key: rejectedKey(id ?? '') }))).Item;
  };
  const bodyOf = async (id: string | undefined) =>
    decompress(await getChunks(table(), { pk: rejectedKey(id ?? '').pk, prefix: 'BODY#' }));

  test.each([
    ['of a few bytes that are no text', () => Buffer.from([0x1f, 0x8b, 0x00, 0xff])],
    ['of nothing', () => Buffer.alloc(0)],
    ['of 6 MB that nothing can compress', () => randomBytes(6_000_000)],
  ])('%s is kept as it came, with the reason, the time and an end', async (_what, make) => {
    const body = make();
    const id = await keep(body);
    const receivedAt = clock.now();
    expect(await headerOf(id)).toMatchObject({
      ...why,
      copies: 1,
      listed: 'rejected',
      listedAt: receivedAt.toISOString(),
      expiresAt: receivedAt.getTime() / 1000 + retention.retentionDays * 24 * 60 * 60,
    });
    expect(body.equals(await bodyOf(id))).toBe(true);
  });

  test('that comes again is counted, and takes no room', async () => {
    const body = randomBytes(1000);
    const id = await keep(body, 1500);
    const items = await countItems(table());
    clock.pass(60);
    for (let times = 0; times < 9; times += 1) expect(await keep(body, 1500)).toBe(id);
    expect(await countItems(table())).toBe(items);
    expect(await headerOf(id)).toMatchObject({ copies: 10, listedAt: clock.now().toISOString() });
  });

  test('is dropped when the day’s room is full, until the next day', async () => {
    const kept = [await keep(randomBytes(1000), 2500), await keep(randomBytes(1000), 2500)];
    expect(kept.every((id) => id !== undefined)).toBe(true);
    const items = await countItems(table());
    expect(await keep(randomBytes(1000), 2500)).toBeUndefined();
    expect(await countItems(table())).toBe(items);
    expect(await keep(randomBytes(100), 2500)).toBeDefined();
    clock.pass(24 * 60 * 60);
    expect(await keep(randomBytes(1000), 2500)).toBeDefined();
  });

  test('is kept anew when the copy that was there has expired, whether or not DynamoDB has come round to it', async () => {
    const body = randomBytes(10);
    const id = await keep(body);
    clock.pass(retention.retentionDays * 24 * 60 * 60 + 1);
    expect(await keep(body)).toBe(id);
    expect(await headerOf(id)).toMatchObject({ copies: 1, receivedAt: clock.now().toISOString() });
  });
};
