import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import { claim, type Delivery, settle, unwrittenClaim } from '../../../lambda/delivering/ledger.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createLedger, createWriteFirst } from '../../../lambda/store/ledger.ts';
import { createListing } from '../../../lambda/store/listing.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { type Clock, copyOf, createClock, newChannel, retention, type StoreTests } from './support.ts';

const refusal = new DynamoDBServiceException({ name: 'Refused', $fault: 'client', $metadata: {} });

/** A first attempt, as it is written before it is made. */
export function firstClaim(now: Date): Delivery {
  const leaseUntil = new Date(now.getTime() + 30_000);
  const claimed = claim(undefined, {
    destination: 'crm',
    contentHash: 'x',
    revision: '1',
    now,
    leaseUntil,
    isAlone: false,
  });
  if (claimed.kind !== 'claimed') throw new Error('a first claim succeeds');
  return claimed.delivery;
}

export const deliveryTests: StoreTests = (table) => {
  let channelId = 0;
  let clock: Clock;
  beforeEach(() => {
    channelId = newChannel();
    clock = createClock();
  });
  const id = () => `208:${channelId}`;
  const ledger = () => createLedger(table(), { ...retention, now: clock.now });
  const first = () => firstClaim(clock.now());

  test('is read as it was written', async () => {
    expect(await ledger().read(id(), 'crm')).toBeUndefined();
    expect(await ledger().write(id(), first())).toBe(true);
    expect(await ledger().read(id(), 'crm')).toEqual(first());
  });

  test('whose first attempt is under way is told of by the conversation alone', async () => {
    const at = clock.now().toISOString();
    clock.pass(30);
    const firstAttempts = { by: 'somebody', destinations: ['crm', 'other'], at, until: clock.now().toISOString() };
    const recording = { ...copyOf(channelId, ['Hi']), firstAttempts };
    const conversations = createConversations(table(), retention);
    expect(await conversations.record(recording)).toMatchObject({ kind: 'first' });
    const { contentHash, revision } = recording;
    const underWay = unwrittenClaim({ destination: 'crm', contentHash, revision }, firstAttempts);
    expect(await ledger().read(id(), 'crm')).toEqual(underWay);
    expect(await ledger().read(id(), 'added later')).toBeUndefined();
    expect(await ledger().read(id(), 'crm', 'somebody')).toBeUndefined();
    expect(await ledger().read(id(), 'crm', 'somebody else')).toEqual(underWay);

    // Whoever brings a newer copy is not the first, and takes nothing from whoever is.
    const longer = copyOf(channelId, ['Hi', 'Still there?']);
    expect(
      await conversations.record({ ...longer, firstAttempts: { ...firstAttempts, destinations: [] } }),
    ).toMatchObject({ kind: 'recorded' });
    const { leaseUntil } = (await ledger().read(id(), 'crm')) ?? {};
    expect(leaseUntil).toBe(firstAttempts.until);

    expect(await ledger().write(id(), settle(underWay, clock.now(), { state: 'delivered' }))).toBe(true);
    expect(await ledger().write(id(), settle(underWay, clock.now(), { state: 'parked' }))).toBe(false);
    const states = (await createRecords(table()).deliveriesOf(id())).map(({ destination, state }) => [
      destination,
      state,
    ]);
    expect(states).toEqual([
      ['crm', 'delivered'],
      ['other', 'pending'],
    ]);
  });

  test('of which many end their first attempt at once is written with the others, by the 25', async () => {
    const requests: number[] = [];
    const putMany: Table['putMany'] = (items) => {
      requests.push(items.length);
      return table().putMany(items);
    };
    const writeFirst = createWriteFirst({ putMany }, { ...retention, now: clock.now });
    const at = clock.now().toISOString();
    const underWay = unwrittenClaim({ destination: 'crm', contentHash: 'x', revision: '1' }, { at, until: at });
    const delivered = settle(underWay, clock.now(), { state: 'delivered' });
    const ids = Array.from({ length: 30 }, () => `208:${newChannel()}`);
    await Promise.all(ids.map((each) => writeFirst(each, delivered)));
    expect(requests).toEqual([25, 5]);
    for (const each of ids) expect(await ledger().read(each, 'crm')).toEqual(delivered);

    await writeFirst(id(), delivered);
    expect(await ledger().write(id(), settle(delivered, clock.now(), { state: 'parked' }))).toBe(true);
  });

  test('whose end is refused is not written once more: by then its claim may have run out', async () => {
    let requests = 0;
    const putMany: Table['putMany'] = async () => {
      requests += 1;
      throw refusal;
    };
    const at = clock.now().toISOString();
    const underWay = unwrittenClaim({ destination: 'crm', contentHash: 'x', revision: '1' }, { at, until: at });
    const writeFirst = createWriteFirst({ putMany }, { ...retention, now: clock.now });
    await expect(writeFirst(id(), underWay)).rejects.toThrow(refusal);
    expect(requests).toBe(1);
  });

  test('is claimed by one of twenty', async () => {
    const written = await Promise.all(Array.from({ length: 20 }, () => ledger().write(id(), first())));
    expect(written.filter(Boolean)).toHaveLength(1);
  });

  test('cannot be written by one who did not see the last write', async () => {
    await ledger().write(id(), first());
    const delivered = settle(first(), clock.now(), { state: 'delivered' });
    expect(await ledger().write(id(), delivered)).toBe(true);
    expect(await ledger().write(id(), delivered)).toBe(false);
  });

  test('is listed with its conversation', async () => {
    clock = createClock('2027-01-01T00:00:00Z');
    const hello = copyOf(channelId, ['Hi'], { receivedAt: clock.now().toISOString() });
    await createConversations(table(), retention).record(hello);
    await ledger().write(id(), first());
    await ledger().write(id(), settle(first(), clock.now(), { state: 'parked', reason: 'no such field' }));
    const [latest] = await createListing(table()).recent(1);
    expect(latest).toMatchObject({
      conversationId: id(),
      outcome: 'missed',
      deliveries: [{ destination: 'crm', state: 'parked', attempts: 1, reason: 'no such field' }],
    });
  });
};
