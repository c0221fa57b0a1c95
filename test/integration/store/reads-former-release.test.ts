import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { settle } from '../../../lambda/delivering/ledger.ts';
import { collect } from '../../../lambda/platform/collect.ts';
import { compress } from '../../../lambda/platform/compression.ts';
import { unseal } from '../../../lambda/queue/envelope.ts';
import { readConversation } from '../../../lambda/smartsupp/recognise.ts';
import { putChunks } from '../../../lambda/store/chunks.ts';
import { createContacts } from '../../../lambda/store/contacts.ts';
import { createConversations, createReadBody } from '../../../lambda/store/conversations.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createGetOverflow } from '../../../lambda/store/overflow.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createRejectedBodies } from '../../../lambda/store/rejected-bodies.ts';
import type { Item } from '../../../lambda/store/table.ts';
import { createListWaiting } from '../../../lambda/store/waiting.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import type { ProbedTable } from '../../support/probed-table.ts';
import { envelope, itemsOf, now, options, writtenAt } from './former-release.ts';
import { recordingOf } from './support.ts';

/** With fields that nobody has heard of yet. */
const withMore = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withMore(inner)]);
  return { ...Object.fromEntries(entries), fromALaterRelease: { at: '2027-01-01', by: ['x'] } };
};

describe.each([
  ['release 0.1 wrote it', '0.1', (item: Item): Item => item],
  ['release 0.2 wrote it', '0.2', (item: Item): Item => item],
  ['a later release may write it, with more fields', '0.2', (item: Item): Item => Object(withMore(item))],
])('is read as %s:', (_how, release, written) => {
  let running: TestTable;
  let table: ProbedTable;
  beforeAll(async () => {
    running = await startTable();
    table = running.table;
    for (const item of itemsOf(release)) {
      await table.documents.send(new PutCommand({ TableName: table.tableName, Item: written(item) }));
    }
  });
  afterAll(() => running.close());

  test('a conversation, with its body and its deliveries', async () => {
    const records = createRecords(table);
    const receivedAt = writtenAt.toISOString();
    const chats = await collect(records.chats());
    expect(chats).toHaveLength(5);
    expect(chats).toContainEqual({ conversationId: '208:1', outcome: 'answered', receivedAt });
    const stored = await createReadBody(table)('208:1');
    expect(readConversation(stored?.body ?? '')).toMatchObject({ id: '208:1', visitor: { name: 'Eva Horáková' } });
    expect((await records.deliveriesOf('208:1')).map(({ state }) => state)).toEqual(['delivered']);
    for (const key of ['email#eva.horakova@example.com', 'visitor#27671']) {
      expect((await collect(records.chatsOf(key))).toSorted()).toEqual(['208:1', '208:2', '208:3', '208:4', '208:5']);
    }
  });

  test('a conversation of which release 0.1 recorded a newer copy, after one was gone back to', async () => {
    const records = createRecords(table);
    const { body = '' } = (await createReadBody(table)('208:4')) ?? {};
    const newer = recordingOf(JSON.stringify({ ...JSON.parse(body), endAt: Date.UTC(2026, 4, 5) }), now());
    const { contentHash, revision } = newer;
    const prefix = `BODY#${contentHash.slice(0, 16)}#`;
    await putChunks(table, { pk: 'CHAT#208#4', prefix }, await compress(Buffer.from(newer.body)), 2_093_243_400);
    await table.update(
      { pk: 'CHAT#208#4', sk: 'CHAT' },
      {
        update: 'SET contentHash = :contentHash, revision = :revision, chunks = :chunks',
        values: { ':contentHash': contentHash, ':revision': revision, ':chunks': 1 },
      },
    );
    expect((await createReadBody(table)('208:4'))?.body).toBe(newer.body);
    expect((await records.deliveriesOf('208:4')).map(({ state }) => state)).toEqual(['held']);
  });

  test('a conversation, before a longer copy of it replaces it, and a shorter one does not', async () => {
    const { body = '' } = (await createReadBody(table)('208:5')) ?? {};
    const copy = (count: number) => {
      const hook = JSON.parse(body);
      const messages = Array.from({ length: count }, () => hook.messages[0]);
      return recordingOf(JSON.stringify({ ...hook, messages }), now());
    };
    const conversations = createConversations(table, options);
    expect(await conversations.record(copy(1))).toMatchObject({ kind: 'superseded' });
    const firstAttempts = { by: 'us', destinations: ['added since'], at: now().toISOString(), until: '2100-01-01' };
    expect(await conversations.record({ ...copy(5), firstAttempts })).toMatchObject({ kind: 'recorded' });
    // What the longer copy claims on a header that has no claim yet keeps others from it, and not whoever brings it.
    const ledger = createLedger(table, options);
    if (release === '0.1') {
      expect(await ledger.read('208:5', 'added since', 'us')).toBeUndefined();
      expect(await ledger.read('208:5', 'added since', 'them')).toMatchObject({ leaseUntil: '2100-01-01' });
    }
    expect(await collect(createRecords(table).chats())).toHaveLength(5);
    const found = await collect(createRecords(table).cardsOf('visitor#27671'));
    const cards = found.filter(({ conversationId }) => conversationId === '208:5').map(({ card }) => card.sk);
    // What release 0.1 has written goes when it expires, or when the person is erased: it says nothing of the chat.
    expect(cards).toEqual([
      ...(release === '0.1' ? ['CHAT#208#5'] : []),
      expect.stringContaining(`CHAT#208#5#${copy(5).revision}`),
    ]);
  });

  test.each([
    ['208:1', { state: 'delivered', contactId: '501', logId: '901' }],
    ['208:2', { state: 'pending', fault: 'retryable', nextAttemptAt: '2026-05-04T08:35:00.000Z' }],
    ['208:3', { state: 'parked', fault: 'permanent', reason: 'HubSpot refuses the note (400): property gone.' }],
    ['208:4', { state: 'held', reason: 'The visitor left no e-mail address.' }],
    ['208:5', { state: 'pending', leaseUntil: '2026-05-04T08:31:00.000Z', version: 1 }],
  ])('the delivery of %s, which can be written again', async (conversationId, expected) => {
    const ledger = createLedger(table, options);
    const delivery = await ledger.read(conversationId, 'hubspot');
    // Of these, release 0.1 wrote nothing.
    const added = { followUpId: null, earlier: [], ...(release === '0.1' && { durationMs: null }) };
    expect(delivery).toMatchObject({ ...expected, ...added });
    if (delivery === undefined) throw new Error('it is not read');
    expect(await ledger.write(conversationId, settle(delivery, now(), { state: delivery.state }))).toBe(true);
  });

  test('a contact that is known, and one that is claimed', async () => {
    const contacts = createContacts(table, options);
    const claim = (name: string) =>
      contacts.claim({ personKey: `email#${name}@example.com`, destination: 'hubspot' }, new Date('2026-05-04T09:00Z'));
    expect(await claim('eva.horakova')).toMatchObject({ kind: 'known', contactId: '501' });
    expect(await claim('someone.else')).toEqual({ kind: 'busy', until: new Date('2026-05-04T08:31:00.000Z') });
  });

  test('a refused body', async () => {
    const [rejected] = await collect(createRecords(table).rejected());
    const faults = [{ pointer: '/accountId', detail: 'must be number' }];
    expect(rejected).toMatchObject({ reason: 'not-a-chat', faults });
    const kept = await createRejectedBodies(table).read(rejected?.id ?? '');
    expect(String(kept?.body)).toBe('{"accountId":"208"}');
  });

  test('a hook that waits for the queue, and goes once it is there', async () => {
    const list = createListWaiting(table);
    const [hook] = await list(10);
    const stored = await hook?.read();
    expect(readConversation(stored?.body ?? '')?.id).toBe('208:6');
    expect(stored?.receivedAt).toEqual(writtenAt);
    await hook?.remove();
    expect(await list(10)).toEqual([]);
  });

  test.each([
    ['text', '208:7'],
    ['zstd', '208:8'],
    ['stored', '208:9'],
  ])('an envelope: %s', async (kind, id) => {
    const message = JSON.stringify(written(JSON.parse(envelope(kind))));
    const opened = await unseal(message, createGetOverflow(table));
    expect(opened).toMatchObject({ ok: true, receivedAt: writtenAt });
    // It is for all.
    expect(opened).not.toHaveProperty('destinations');
    expect(opened.ok && readConversation(opened.body)?.id).toBe(id);
  });
});
