import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { claim, settle } from '../../../lambda/delivering/ledger.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import { createContacts } from '../../../lambda/store/contacts.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createKeepRejected } from '../../../lambda/store/rejected.ts';
import type { Item } from '../../../lambda/store/table.ts';
import { createKeepWaiting } from '../../../lambda/store/waiting.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { allItems } from '../../support/items.ts';
import type { ProbedTable } from '../../support/probed-table.ts';
import { envelope, itemsOf, now, options, writtenAt } from './former-release.ts';
import { recordingOf } from './support.ts';

/** A value's names and types, which are what a reader goes by. */
const shapeOf = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
};

const find = (all: readonly Item[], pk: string, sk: string) =>
  shapeOf(all.find((item) => String(item['pk']).startsWith(pk) && String(item['sk']).startsWith(sk)));

const items = itemsOf('0.2');

// Whose card it is, 0.2 reads from a key that it does not know: the visitor's chats are others for it.
describe('what this release writes has all that release 0.2 reads, but for the key of a card:', () => {
  let running: TestTable;
  let table: ProbedTable;
  beforeAll(async () => {
    running = await startTable();
    table = running.table;
  });
  afterAll(() => running.close());

  const written = async (pk: string, sk: string) => find(await allItems(table), pk, sk);
  const former = (pk: string, sk: string): object => Object(find(items, pk, sk));

  test('a conversation, its body, and its delivery', async () => {
    const recording = recordingOf(JSON.parse(envelope('text')).body.text, now());
    await createConversations(table, options).record(recording);
    const { contentHash, revision } = recording;
    const claimed = claim(undefined, {
      destination: 'hubspot',
      contentHash,
      revision,
      now: now(),
      leaseUntil: now(),
      isAlone: false,
    });
    if (claimed.kind !== 'claimed') throw new Error('nothing stands in the way of a first attempt');
    const ledger = createLedger(table, options);
    await ledger.write('208:7', claimed.delivery);
    const failed = { state: 'pending', reason: 'It is away.', fault: 'retryable' } as const;
    await ledger.write('208:7', settle(claimed.delivery, now(), { ...failed, nextAttemptAt: now().toISOString() }));

    expect(await written('CHAT#208#7', 'CHAT')).toMatchObject(former('CHAT#208#1', 'CHAT'));
    expect(await written('CHAT#208#7', 'DELIVERY#')).toMatchObject(former('CHAT#208#2', 'DELIVERY#'));
    expect(await written('PERSON#visitor#', 'CHAT#')).toMatchObject(former('PERSON#visitor#', 'CHAT#'));
  });

  test('a contact, known and claimed', async () => {
    const contacts = createContacts(table, options);
    const person = (name: string) => ({ personKey: `email#${name}@example.com`, destination: 'hubspot' });
    await contacts.remember(person('eva.horakova'), { contactId: '501', told: 'digest' });
    await contacts.claim(person('someone.else'), now());
    for (const name of ['eva.horakova', 'someone.else']) {
      const pk = `PERSON#email#${name}`;
      expect(await written(pk, 'CONTACT#')).toMatchObject(former(pk, 'CONTACT#'));
    }
  });

  test('a refused body', async () => {
    const keep = createKeepRejected(table, { ...options, dailyBytes: 1_000_000 });
    await keep(Buffer.from('{}'), { reason: 'not-a-chat', detail: 'It is none.', faults: [] });
    expect(await written('REJECTED#', 'REJECTED')).toMatchObject(former('REJECTED#', 'REJECTED'));
    expect(await written('REJECTED#', 'BODY#')).toMatchObject(former('REJECTED#', 'BODY#'));
    expect(await written('REJECTED', 'DAY#')).toMatchObject(former('REJECTED', 'DAY#'));
  });

  test('a hook that waits', async () => {
    await createKeepWaiting(table)('{}', now());
    expect(await written('WAITING#', 'WAITING')).toMatchObject(former('WAITING#', 'WAITING'));
    expect(await written('WAITING#', 'BODY#')).toMatchObject(former('WAITING#', 'BODY#'));
  });

  test('an envelope', async () => {
    const body = JSON.parse(envelope('text')).body.text;
    const notNeeded = () => Promise.reject(new Error('the queue can carry it'));
    expect(await seal(body, writtenAt, notNeeded)).toBe(envelope('text'));
    // Release 0.1 does not know of names, and takes it for all.
    expect(JSON.parse(await seal(body, writtenAt, notNeeded, ['hubspot']))).toMatchObject(JSON.parse(envelope('text')));
  });
});
