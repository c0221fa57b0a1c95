import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createReplayRejected } from '../../../inspector/forwarder/actions.ts';
import { createOpenMessage, referTo, seal } from '../../../lambda/queue/envelope.ts';
import { validateHook } from '../../../lambda/smartsupp/hook.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createKeepRejected, createRejectedBodies } from '../../../lambda/store/rejected.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { countItems } from '../../support/items.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTable();
});
afterAll(() => running.close());

const receivedAt = new Date('2026-05-01T08:00:00Z');
const noClaimCheck = () => Promise.reject(new Error('a small chat fits the queue'));
const body = (channelId: number, words = 'Hello') =>
  JSON.stringify(aHookBody({ channel: { id: channelId }, messages: [{ type: 'visitor', content: words }] }));

const keep = async (bytes: string | Uint8Array, reason = 'invalid') => {
  const options = { retentionDays: 30, dailyBytes: null, now: () => receivedAt };
  const why = { reason, detail: 'Another release did not take it.', faults: [] };
  return (await createKeepRejected(running.table, options)(Buffer.from(bytes), why)) ?? '';
};

function createSystem(parts: { readonly remove?: () => Promise<void> } = {}) {
  const queue: { readonly body: string; readonly receivedAt: Date }[] = [];
  const references: { readonly conversationId: string; readonly destinations: readonly string[] }[] = [];
  const replay = createReplayRejected({
    ...createRejectedBodies(running.table),
    validate: validateHook,
    open: createOpenMessage(noClaimCheck),
    enqueue: async (text, at) => {
      queue.push({ body: text, receivedAt: at });
    },
    enqueueChat: async (conversationId, destinations) => {
      references.push({ conversationId, destinations });
    },
    ...parts,
  });
  return { queue, references, replay };
}

const listed = async () => {
  const ids: string[] = [];
  for await (const { id } of createRecords(running.table).rejected()) ids.push(id);
  return ids;
};

describe('a rejected body', () => {
  test.each([
    ['small', 'Hello'],
    // Nearly a megabyte when compressed: in three chunks.
    ['large', Array.from({ length: 200_000 }, (_, index) => (index * 7919).toString(36)).join(' ')],
  ])('%s, that this release takes is on the queue as it came, and nothing of it stays', async (_size, words) => {
    const { queue, replay } = createSystem();
    const items = await countItems(running.table);
    const id = await keep(body(1, words));
    expect(await listed()).toContain(id);
    expect(await replay(id)).toEqual({ kind: 'sent', conversationId: '208:1' });
    expect(queue).toEqual([{ body: body(1, words), receivedAt }]);
    expect(await countItems(running.table)).toBe(items);
  });

  test.each([
    ['neither UTF-8 nor JSON', Buffer.from([0xff, 0xfe, 0x00]), 'not-json'],
    ['a bomb', gzipSync(Buffer.alloc(20_000_000, ' ')), 'too-large'],
    ['not JSON', '{', 'not-json'],
    ['not a chat', '{"accountId": 1}', 'invalid'],
  ])('that is %s stays where it is, with a reason', async (_what, bytes, reason) => {
    const { queue, replay } = createSystem();
    const id = await keep(bytes);
    expect(await replay(id)).toMatchObject({ kind: 'refused', refused: { reason } });
    expect(queue).toEqual([]);
    expect(await listed()).toContain(id);
  });

  test('for its broken UTF-8 alone goes through with a mark for what is broken', async () => {
    const { queue, replay } = createSystem();
    const [before = '', after = ''] = body(4, 'BROKEN').split('BROKEN');
    const broken = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);
    const id = await keep(broken, 'not-utf-8');
    expect(await replay(id)).toEqual({ kind: 'sent', conversationId: '208:4' });
    expect(queue).toEqual([{ body: body(4, '\ufffd'), receivedAt }]);
  });

  test('whose replay dies before it is removed is replayed once more', async () => {
    const id = await keep(body(2));
    const dying = createSystem({ remove: () => Promise.reject(new Error('killed')) });
    await expect(dying.replay(id)).rejects.toThrow('killed');
    expect(dying.queue).toHaveLength(1);
    const again = createSystem();
    expect(await again.replay(id)).toMatchObject({ kind: 'sent' });
    expect(await again.replay(id)).toEqual({ kind: 'unknown' });
    expect(again.queue).toHaveLength(1);
  });

  test('that is a message deliver could not open goes through as what was in it', async () => {
    const { queue, replay } = createSystem();
    const acceptedAt = new Date('2026-04-30T08:00:00Z');
    const id = await keep(await seal(body(3), acceptedAt, noClaimCheck), 'no-envelope');
    expect(await replay(id)).toEqual({ kind: 'sent', conversationId: '208:3' });
    expect(queue).toEqual([{ body: body(3), receivedAt: acceptedAt }]);
  });

  test('that is such a message by which a stored chat goes to some destinations goes on to those alone', async () => {
    const { queue, references, replay } = createSystem();
    const id = await keep(referTo('208:5', ['hubspot']), 'no-envelope');
    expect(await replay(id)).toEqual({ kind: 'sent', conversationId: '208:5' });
    expect(queue).toEqual([]);
    expect(references).toEqual([{ conversationId: '208:5', destinations: ['hubspot'] }]);
    expect(await listed()).not.toContain(id);
  });

  test('that is a message of a release to come stays where it is, with a reason', async () => {
    const { queue, replay } = createSystem();
    const id = await keep(JSON.stringify({ version: 2, conversationId: '208:6', destinations: [] }), 'no-envelope');
    expect(await replay(id)).toMatchObject({ kind: 'refused', refused: { reason: 'no-envelope' } });
    expect(queue).toEqual([]);
    expect(await listed()).toContain(id);
  });

  test('that only looks like such a message is not opened', async () => {
    const { queue, replay } = createSystem();
    const id = await keep(await seal(body(4), receivedAt, noClaimCheck));
    expect(await replay(id)).toMatchObject({ kind: 'refused', refused: { reason: 'invalid' } });
    expect(queue).toEqual([]);
  });
});

test('a body whose removal is asked for twice, since the first answer was lost, leaves nothing', async () => {
  const items = await countItems(running.table);
  const id = await keep(body(6));
  const forgetful: Table = {
    ...running.table,
    delete: async (...asked) => {
      await running.table.delete(...asked);
      return running.table.delete(...asked);
    },
  };
  await createRejectedBodies(forgetful).remove(id);
  expect(await countItems(running.table)).toBe(items);
});

test('a body that is not there is not known', async () => {
  expect(await createSystem().replay('0'.repeat(32))).toEqual({ kind: 'unknown' });
});
