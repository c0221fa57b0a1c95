import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CrmAdapter } from '../../../lambda/crm/adapter.ts';
import { CrmError } from '../../../lambda/crm/errors.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import { createPutOverflow } from '../../../lambda/store/overflow.ts';
import { createDelivery } from '../../support/delivery.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';

let running: TestTable;
let clock: Date;
let channelId = 0;
beforeAll(async () => {
  running = await startTable();
});
afterAll(() => running.close());
beforeEach(() => {
  clock = new Date('2026-05-01T08:00:00Z');
  channelId += 1;
});

const now = () => clock;
const pass = (seconds: number) => {
  clock = new Date(clock.getTime() + seconds * 1000);
};
const id = () => `208:${channelId}`;

const createSystem = (crms: Readonly<Record<string, { readonly adapter: CrmAdapter }>>) => {
  const system = createDelivery({ table: running.table, now, crms });
  return { ...system, state: (destination: string) => system.ledger.read(id(), destination) };
};

const message = (parts: { words?: string[]; email?: string | null; channel?: number } = {}) =>
  seal(
    JSON.stringify({
      accountId: 208,
      channel: { id: parts.channel ?? channelId },
      visitor: { id: 7, name: 'Eva', email: parts.email === undefined ? `eva${channelId}@example.com` : parts.email },
      messages: (parts.words ?? ['Hello']).map((content) => ({ type: 'visitor', content })),
    }),
    clock,
    createPutOverflow(running.table, now),
  );

describe('a chat', () => {
  test('becomes one contact and one note', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    expect(await deliver(await message())).toBeUndefined();
    expect(crm.contacts).toHaveLength(1);
    expect(crm.notes).toMatchObject([{ contactId: '0', conversationId: id() }]);
    expect(await state('crm')).toMatchObject({ state: 'delivered', contactId: '0', logId: '0', attempts: 1 });
  });

  test('that comes five times is still one note', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    const same = await message();
    for (let times = 0; times < 5; times += 1) await deliver(same);
    expect(crm.calls).toEqual(['contact', 'log']);
  });

  test('that comes twenty times at once is still one note, and the others come back soon', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    const same = await message();
    const untils = await Promise.all(Array.from({ length: 20 }, () => deliver(same)));
    expect(crm.calls).toEqual(['contact', 'log']);
    const waits = untils.flatMap((until) => (until ? [until.getTime() - clock.getTime()] : []));
    expect(Math.max(0, ...waits)).toBeLessThanOrEqual(3000);
    pass(3);
    const later = await Promise.all(untils.map(() => deliver(same)));
    expect(later.every((until) => until === undefined)).toBe(true);
    expect(crm.notes).toHaveLength(1);
  });

  test('that went on updates its note', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    await deliver(await message());
    await deliver(await message({ words: ['Hello', 'Still there?'] }));
    expect(crm.calls).toEqual(['contact', 'log', 'update']);
    expect(crm.notes).toHaveLength(1);
    expect(crm.notes[0]?.contentHash).toBe((await state('crm'))?.contentHash);
  });

  test('whose older copy comes late leaves the note alone', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    const older = await message();
    await deliver(await message({ words: ['Hello', 'Still there?'] }));
    expect(await deliver(older)).toBeUndefined();
    expect(crm.calls).toEqual(['contact', 'log']);
  });

  test('of a visitor who left no address is held, and nobody called "null" is made', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    expect(await deliver(await message({ email: null }))).toBeUndefined();
    expect(crm.calls).toEqual([]);
    expect(await state('crm')).toMatchObject({ state: 'held' });
  });

  test('and another of the same new visitor at the same moment make one contact', async () => {
    const crm = createMemoryCrm();
    const { deliver } = createSystem({ crm });
    const chats = [await message({ channel: 900_001 }), await message({ channel: 900_002 })];
    const untils = await Promise.all(chats.map(deliver));
    pass(2);
    await Promise.all(chats.filter((_, index) => untils[index] !== undefined).map(deliver));
    expect(crm.contacts).toHaveLength(1);
    expect(crm.calls.filter((call) => call === 'contact')).toHaveLength(1);
    expect(crm.notes).toHaveLength(2);
  });
});

describe('a CRM in trouble', () => {
  const down = () => {
    throw new CrmError('CRM answered 503', { kind: 'retryable' }, { status: 503 });
  };

  test('is tried again when the policy says, and not before', async () => {
    const crm = createMemoryCrm();
    const { deliver, state } = createSystem({ crm });
    crm.disturb(down);
    const chat = await message();
    const until = await deliver(chat);
    expect(until).toEqual(new Date(clock.getTime() + 5_000));
    expect(await deliver(chat)).toEqual(until);
    expect(crm.calls).toEqual(['contact']);
    crm.disturb(() => {});
    pass(5);
    expect(await deliver(chat)).toBeUndefined();
    expect(await state('crm')).toMatchObject({ state: 'delivered', attempts: 2, reason: null });
  });

  test('holds no other CRM back', async () => {
    const [bad, good] = [createMemoryCrm(), createMemoryCrm()];
    bad.disturb(down);
    const { deliver, state } = createSystem({ bad, good });
    const chat = await message();
    await deliver(chat);
    expect(good.notes).toHaveLength(1);
    pass(5);
    await deliver(chat);
    expect(good.calls).toEqual(['contact', 'log']);
    expect(await state('bad')).toMatchObject({ state: 'pending', attempts: 2, reason: 'CRM answered 503' });
  });

  test('that refuses for good is parked with its words, and not asked again', async () => {
    const crm = createMemoryCrm();
    crm.disturb(() => {
      throw new CrmError('no such field', { kind: 'permanent' }, { status: 400 });
    });
    const { deliver, state, lines } = createSystem({ crm });
    const chat = await message();
    expect(await deliver(chat)).toBeUndefined();
    expect(await deliver(chat)).toBeUndefined();
    expect(crm.calls).toEqual(['contact']);
    expect(await state('crm')).toMatchObject({ state: 'parked', reason: 'no such field', fault: 'permanent' });
    expect(lines.filter((line) => line['outcome'] === 'parked')).toHaveLength(1);
  });

  test('that is away for longer than a day is parked', async () => {
    const crm = createMemoryCrm();
    crm.disturb(down);
    const { deliver, state } = createSystem({ crm });
    const chat = await message();
    await deliver(chat);
    pass(24 * 60 * 60);
    expect(await deliver(chat)).toBeUndefined();
    expect(await state('crm')).toMatchObject({
      state: 'parked',
      reason: expect.stringContaining('Gave up after 24 h'),
    });
  });

  test('that wrote the note and lost the answer gets no second one', async () => {
    const crm = createMemoryCrm();
    crm.disturb((call, when) => {
      if (call !== 'log' || when !== 'after') return;
      throw new CrmError('no answer in time', { kind: 'retryable' }, { outcomeUnknown: true });
    });
    const { deliver, state } = createSystem({ crm });
    const chat = await message();
    await deliver(chat);
    expect(await state('crm')).toMatchObject({ state: 'pending', inDoubt: true });
    crm.disturb(() => {});
    pass(5);
    await deliver(chat);
    expect(crm.notes).toHaveLength(1);
    expect(await state('crm')).toMatchObject({ state: 'delivered', inDoubt: false });
  });

  test('whose contact could not be made lets the next chat make it', async () => {
    const crm = createMemoryCrm();
    crm.disturb(down);
    const { deliver } = createSystem({ crm });
    const chats = [await message({ channel: 900_003 }), await message({ channel: 900_004 })];
    await Promise.all(chats.map(deliver));
    crm.disturb(() => {});
    pass(5);
    for (const chat of chats) await deliver(chat);
    expect([crm.contacts.length, crm.notes.length]).toEqual([1, 2]);
  });
});

test('an attempt that died after the note was written gets no second note', async () => {
  const crm = createMemoryCrm();
  const { deliver, ledger, state } = createSystem({ crm });
  const chat = await message();
  // The process dies between the CRM's answer and our writing it down: what it held is gone, its lease is left.
  await deliver(chat);
  const delivered = await state('crm');
  if (delivered === undefined) throw new Error('the first delivery is written');
  const leaseUntil = new Date(clock.getTime() + 30_000).toISOString();
  const left = { ...delivered, state: 'pending', logId: null, loggedHash: null, leaseUntil } as const;
  await ledger.write(id(), { ...left, version: delivered.version + 1 });
  expect(await deliver(chat)).toBeDefined();
  pass(30);
  expect(await deliver(chat)).toBeUndefined();
  expect(crm.notes).toHaveLength(1);
  expect(crm.calls).toEqual(['contact', 'log', 'find', 'update']);
});

describe('a message that nobody can read', () => {
  test.each([
    ['is no envelope', async () => 'rubbish'],
    ['holds no chat', () => seal('{}', clock, createPutOverflow(running.table, now))],
  ])('is kept as rejected and leaves the queue: it %s', async (_what, write) => {
    const { deliver, lines } = createSystem({});
    expect(await deliver(await write())).toBeUndefined();
    expect(lines).toMatchObject([{ message: 'unreadable message kept as rejected' }]);
  });
});

test('no log line holds what the visitor typed, or who it was', async () => {
  const crm = createMemoryCrm();
  crm.disturb(() => {
    throw new CrmError('Contact eva@example.com said: Hello', { kind: 'permanent' });
  });
  const { deliver, lines } = createSystem({ crm });
  await deliver(await message({ words: ['Hello'] }));
  expect(JSON.stringify(lines)).not.toMatch(/eva|hello/i);
});
