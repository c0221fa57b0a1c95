import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isLeased } from '../../../lambda/delivery/delivery.ts';
import { decompress } from '../../../lambda/platform/compression.ts';
import { createListDue, createListHeld } from '../../../lambda/store/backlog.ts';
import { createContactLocks } from '../../../lambda/store/contacts.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { seenDeviations } from '../../../lambda/store/deviations.ts';
import { createReadErasure } from '../../../lambda/store/erasure.ts';
import { createGetClaimCheck } from '../../../lambda/store/large-bodies.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createRejectedBodies } from '../../../lambda/store/rejected.ts';
import { createListSpooled } from '../../../lambda/store/spool.ts';
import { collect } from '../../../lambda/store/table.ts';
import { createChatsOf } from '../../../lambda/store/visitors.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { startDynalite, type TestDatabase } from '../../support/dynamodb.ts';
import type { ProbedTable } from '../../support/probed-table.ts';

/** A table as release 1.0 leaves it. From 1.0 on stored formats are a promise: every later release reads these items. */
const file = join(process.cwd(), 'test/fixtures/table-1.0.json');

/** DynamoDB's JSON, in which bytes are in base64. */
const items: readonly Record<string, AttributeValue>[] = JSON.parse(readFileSync(file, 'utf8'), (name, value) =>
  name === 'B' && typeof value === 'string' ? Buffer.from(value, 'base64') : value,
);

const now = () => new Date('2026-05-04T08:24:00.000Z');
const options = { retentionDays: 365, now };
const body = JSON.stringify(aHookBody());

let database: TestDatabase;
let table: ProbedTable;
beforeAll(async () => {
  database = await startDynalite();
  table = await database.newTable();
  const { documents, tableName } = table;
  for (const item of items) await documents.send(new PutCommand({ TableName: tableName, Item: unmarshall(item) }));
});
afterAll(() => database.close());

const ledger = () => createLedger(table, options);
const records = () => createRecords(table);

describe('what release 1.0 stored', () => {
  test.each([
    ['in one item', '208:55039', body],
    ['in chunks', '208:55040', JSON.stringify(aHookBody({ channel: { id: 55040 } }))],
  ])('has a chat %s', async (_where, conversationId, expected) => {
    const stored = await createConversations(table, options).load(conversationId);
    if (typeof stored !== 'object') throw new Error('It is not there.');
    expect(stored).toMatchObject({ receivedAt: new Date('2026-05-04T08:22:00.000Z'), length: expected.length });
    expect(stored.revision).toMatch(/^00000002\|2026-05-04T08:21:30.000Z\|2026-05-04T08:22:00.000Z\|[0-9a-f]{8}\/$/);
    expect(stored.rating).toBeNull();
    expect(await stored.readBody()).toBe(expected);
  });

  test('has a rating that came with another copy than the words', async () => {
    const stored = await createConversations(table, options).load('208:55041');
    expect(stored).toMatchObject({ rating: { score: 1, comment: 'Too slow' } });
  });

  test('has the deviations from the documented format', async () => {
    expect(await collect(seenDeviations(table))).toEqual([
      {
        deviation: '/messages/*/content type',
        chats: 3,
        firstSeenAt: '2026-05-04T08:22:00.000Z',
        lastSeenAt: '2026-05-04T08:24:00.000Z',
      },
    ]);
  });

  test('has a chat in the lists, and by its visitor, address and number', async () => {
    const ids = async (found: AsyncIterable<string | { readonly conversationId: string }>) =>
      (await collect(found)).map((each) => (typeof each === 'string' ? each : each.conversationId)).toSorted();
    expect(await ids(records().chats())).toEqual(['208:55039', '208:55040', '208:55041']);
    expect(await ids(records().chatsOf('email#eva.horakova@example.com'))).toEqual(['208:55039', '208:55040']);
    expect(await ids(records().chatsOf('phone#+420601123456'))).toEqual(['208:55039']);
    expect(await createChatsOf(table)('208#27672')).toEqual([
      { conversationId: '208:55041', email: null, phone: null },
    ]);
  });

  test('has a delivery with all that is known of it', async () => {
    const delivery = await ledger().read('208:55039', 'crm');
    expect(delivery).toEqual({
      destination: 'crm',
      state: 'delivered',
      contentHash: 'a991eb1ac1596dd4b66847e59a403fcf271fb6ac606e97bd1f11cfc44b91909a',
      revision: '00000002|2026-05-04T08:21:30.000Z|2026-05-04T08:22:00.000Z|0b453f77/',
      contactId: '501',
      personDigest: 'uI7o0nZxY1pQ4b2K',
      logId: '9001',
      loggedHash: 'a991eb1ac1596dd4b66847e59a403fcf271fb6ac606e97bd1f11cfc44b91909a',
      followUpId: '77',
      inDoubt: false,
      attemptedFor: [],
      awaitsSecondLook: false,
      heldFor: null,
      holdUntil: null,
      crashCount: 0,
      attempts: 1,
      since: '2026-05-04T08:22:00.000Z',
      nextAttemptAt: null,
      leaseUntil: null,
      reason: null,
      fault: null,
      dismissal: null,
      warnings: [],
      history: [
        {
          startedAt: '2026-05-04T08:22:00.000Z',
          durationMs: 1250,
          outcome: 'delivered',
          fault: null,
          reason: null,
        },
      ],
      updatedAt: '2026-05-04T08:22:01.250Z',
      version: 2,
    });
  });

  test('has a delivery in each of its states, and goes on from there', async () => {
    const parked = await collect(records().deliveries('parked'));
    expect(parked).toMatchObject([
      { delivery: { destination: 'other', contactId: '502', reason: 'No such field: cf_source', fault: 'permanent' } },
    ]);
    expect(await collect(records().deliveries('dismissed'))).toMatchObject([
      { delivery: { destination: 'third', state: 'parked', dismissal: { by: 'eva', reason: 'A test of ours.' } } },
    ]);
    expect(await createListHeld(table)(new Date(0), 10)).toEqual([{ destination: 'crm', heldFor: '208#27672' }]);
    const dueTo = (destination: string) =>
      createListDue(table, ledger(), now)(destination, new Date('2026-05-05T00:00:00.000Z'), 10);
    const due = [...(await dueTo('crm')), ...(await dueTo('other'))];
    expect(due.map(({ conversationId, destination }) => `${conversationId} ${destination}`)).toEqual([
      '208:55040 crm',
      '208:55040 other',
    ]);
    const [leased, pending] = await records().deliveriesOf('208:55040');
    if (leased === undefined || pending === undefined) throw new Error('There are two.');
    expect(leased).toMatchObject({ inDoubt: true, crashCount: 1, history: [{ outcome: 'crashed', durationMs: null }] });
    expect(isLeased(leased, now())).toBe(true);
    expect(pending).toMatchObject({ inDoubt: true, nextAttemptAt: '2026-05-04T08:38:00.000Z' });
    expect(await ledger().write('208:55040', { ...pending, version: pending.version + 1 })).toBe(true);
  });

  test('has the mark of an erasure, which keeps every copy out', async () => {
    expect(await createConversations(table, options).load('208:55042')).toBe('erased');
    expect(await createReadErasure(table)('208:55042')).toBe('2026-05-04T08:23:07.850Z');
  });

  test('has a person’s contact', async () => {
    const person = { personKey: 'email#eva.horakova@example.com', destination: 'crm' };
    expect(await createContactLocks(table, options).acquire(person, now())).toEqual({
      kind: 'acquired',
      contactId: '501',
    });
  });

  test('has bodies that were refused, that wait for the queue, and that are too large for it', async () => {
    const [rejected] = await collect(records().rejected());
    expect(rejected).toMatchObject({ reason: 'invalid', copies: 1, faults: [{ pointer: '/channel' }] });
    const refused = await createRejectedBodies(table).read(rejected?.id ?? '');
    expect(String(refused?.body)).toBe('{"accountId": 208}');
    const [waiting] = await createListSpooled(table)(1);
    expect((await waiting?.read())?.body).toBe(body);
    const overflow = items.map(({ pk }) => pk?.S ?? '').find((pk) => pk.startsWith('CLAIMCHECK#')) ?? '';
    const bytes = await createGetClaimCheck(table)(overflow.slice('CLAIMCHECK#'.length));
    expect(String(decompress(bytes))).toBe('A body that is too large for the queue.');
  });
});
