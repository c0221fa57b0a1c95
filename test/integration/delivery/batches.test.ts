import { describe, expect, test } from '@jest/globals';
import type { CrmAdapter } from '../../../lambda/crm/port/adapter.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { createSystem, message, pass } from './stage.ts';

/** The CRM in memory, with batches of a hundred; tells how many items each call had. */
function inBatches(maxSize = 100) {
  const crm = createMemoryCrm();
  const sizes: Record<string, number[]> = { contacts: [], logs: [] };
  const counted = <Item, Result>(
    name: string,
    batch: { readonly run: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]> },
  ) => ({
    maxSize,
    run: (items: readonly Item[]) => {
      sizes[name]?.push(items.length);
      return batch.run(items);
    },
  });
  const { upsertContacts, logConversations } = crm.adapter;
  if (upsertContacts === undefined) throw new Error('The CRM in memory keeps contacts.');
  const adapter: CrmAdapter = {
    ...crm.adapter,
    upsertContacts: counted('contacts', upsertContacts),
    logConversations: counted('logs', logConversations),
  };
  return { ...crm, adapter, sizes };
}

const chats = (from: number, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, at) =>
      message({ channel: from + at, visitorId: from + at, email: `v${from + at}@example.com` }),
    ),
  );

describe('chats that come together', () => {
  test('share their calls', async () => {
    const crm = inBatches();
    const { deliverAll } = createSystem({ crm });
    await deliverAll(await chats(920_000, 100));
    expect(crm.sizes).toEqual({ contacts: [100], logs: [100] });
    expect([crm.contacts.length, crm.notes.length]).toEqual([100, 100]);
  });

  test('are not held up by one that the CRM refuses', async () => {
    const crm = inBatches();
    const { deliverAll, ledger } = createSystem({ crm });
    crm.disturb((call, _when, entry) => {
      if (call === 'log' && entry?.conversation.channelId === '921003') {
        throw new CrmError('no such field', { kind: 'permanent' });
      }
    });
    await deliverAll(await chats(921_000, 10));
    expect(crm.notes).toHaveLength(9);
    expect(await ledger.read('208:921003', 'crm')).toMatchObject({ state: 'parked' });
  });

  test('stop knocking at a CRM that is away, and all come back', async () => {
    const crm = inBatches(5);
    const { deliverAll } = createSystem({ crm });
    crm.disturb(() => {
      throw new CrmError('CRM answered 429', { kind: 'retryable', retryAfterMs: 7_000 }, { status: 429 });
    });
    const messages = await chats(922_000, 40);
    expect((await deliverAll(messages)).every((until) => until !== undefined)).toBe(true);
    expect(crm.sizes).toEqual({ contacts: [5], logs: [] });
    crm.disturb(() => {});
    pass(9);
    expect((await deliverAll(messages)).every((until) => until === undefined)).toBe(true);
    expect([crm.contacts.length, crm.notes.length]).toEqual([40, 40]);
  });

  test('hold back none at another CRM', async () => {
    const [bad, good] = [inBatches(), inBatches()];
    bad.disturb(() => {
      throw new CrmError('CRM answered 503', { kind: 'retryable' });
    });
    const { deliverAll } = createSystem({ bad, good });
    await deliverAll(await chats(923_000, 20));
    expect(good.notes).toHaveLength(20);
  });

  test('of which one is not readable are told apart', async () => {
    const crm = inBatches();
    const { deliverAll } = createSystem({ crm });
    await deliverAll(['rubbish', ...(await chats(924_000, 3)), 'rubbish']);
    expect(crm.sizes).toEqual({ contacts: [3], logs: [3] });
  });
});
