import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import { attemptsOf } from '../../../lambda/delivering/attempts.ts';
import { type Change, claim, type Delivery, settle } from '../../../lambda/delivering/ledger.ts';
import { deliveryKey } from '../../../lambda/store/keys.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { itemBytes } from '../../support/items.ts';
import { type Clock, createClock, newChannel, retention, type StoreTests } from './support.ts';

const destination = 'salesforce-of-the-shop';
/** As long as they are in earnest. */
const content = {
  contentHash: 'c'.repeat(64),
  revision: '00000042|2026-05-04T08:21:30.000Z|5|2026-05-04T08:30:00.000Z',
};
const written = {
  contactId: '003xx000004TmiQAAS',
  logId: '00Txx000003Dg5lEAC',
  loggedHash: content.contentHash,
  followUpId: '00Txx000003Dg5mEAC',
};

export const attemptTests: StoreTests = (table) => {
  let conversationId: string;
  let clock: Clock;
  let known: Delivery | undefined;
  beforeEach(() => {
    conversationId = `2080808:${9_000_000_000_000 + newChannel()}`;
    clock = createClock();
    known = undefined;
  });
  const ledger = () => createLedger(table(), { ...retention, now: clock.now });

  /** One attempt from its begin to its end, as `deliverTo` writes it. */
  async function attempt(change: Change): Promise<void> {
    clock.pass(60);
    const [now, leaseUntil] = [clock.now(), new Date(clock.now().getTime() + 30_000)];
    const claimed = claim(known, { destination, ...content, now, leaseUntil, isAlone: true });
    if (claimed.kind !== 'claimed') throw new Error(`nothing began: ${claimed.kind}`);
    clock.pass(1);
    known = settle(claimed.delivery, clock.now(), change);
    expect(await ledger().write(conversationId, claimed.delivery)).toBe(true);
    expect(await ledger().write(conversationId, known)).toBe(true);
  }

  /** Its item, with the units that each write of it costs in the table. */
  async function measured() {
    const { documents, tableName: TableName } = table();
    const Key = deliveryKey(conversationId, destination);
    const { Item = {} } = await documents.send(new GetCommand({ TableName, Key }));
    const { ConsumedCapacity } = await documents.send(
      new PutCommand({ TableName, Item, ReturnConsumedCapacity: 'INDEXES' }),
    );
    return { bytes: itemBytes(Item), units: ConsumedCapacity?.Table?.CapacityUnits, delivery: Item['delivery'] };
  }

  test('are read as they were written, whatever their reasons', async () => {
    for (const reason of ['The CRM is busy.', 'The CRM is busy.', 'The CRM is away.']) {
      await attempt({ state: 'pending', reason, fault: 'retryable' });
    }
    await attempt({ state: 'delivered', ...written });
    const before = known;
    known = settle(known ?? nothing(), clock.now(), {
      state: 'pending',
      attempts: 0,
      earlier: attemptsOf(known ?? nothing()),
    });
    await ledger().write(conversationId, known);
    await attempt({ state: 'parked', reason: 'The CRM is away.', fault: 'permanent' });
    const read = await ledger().read(conversationId, destination);
    expect(read).toEqual(known);
    expect(read?.earlier).toEqual(before && attemptsOf(before));
    expect(read?.earlier.map(({ reason }) => reason?.slice(-5))).toEqual(['busy.', 'busy.', 'away.', undefined]);
  });

  test('cost nothing where the first succeeds: its item fits one unit', async () => {
    await attempt({ state: 'delivered', ...written });
    const { bytes, units, delivery } = await measured();
    expect(delivery).not.toHaveProperty('earlier');
    expect(bytes).toBeLessThan(1024);
    expect(units).toBe(1);
  });

  test('say a reason once that is the same again and again', async () => {
    const reason = `HubSpot answered 503: ${'x'.repeat(278)}`;
    for (let count = 0; count < 30; count += 1) await attempt({ state: 'pending', reason, fault: 'retryable' });
    const { bytes } = await measured();
    expect(bytes).toBeLessThan(4 * 1024);
    expect((await ledger().read(conversationId, destination))?.earlier.map((each) => each.reason)).toEqual(
      new Array(19).fill(reason),
    );
  });

  test('take a few kilobytes at most', async () => {
    for (let count = 0; count < 30; count += 1) {
      await attempt({ state: 'pending', reason: `${count} ${'x'.repeat(900)}`, fault: 'retryable' });
    }
    expect((await measured()).bytes).toBeLessThan(10 * 1024);
  });
};

function nothing(): never {
  throw new Error('nothing was attempted');
}
