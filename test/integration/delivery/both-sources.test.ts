import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import { seal } from '../../../lambda/queue/envelope.ts';
import { apiId, aTalk, hookId, hookOf, snapshotOf, type Talk } from '../../fixtures/told-by-both.ts';
import { createDelivery } from '../../support/delivery.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';
import { noClaimCheck } from './stage.ts';

let running: TestTable;
let clock: Date;
let talk: Talk;
let number = 70_000;
beforeAll(async () => {
  running = await startTable();
});
afterAll(() => running.close());
beforeEach(() => {
  number += 1;
  // Each test has its own day.
  const startedAt = Date.UTC(2026, 4, 4, 8, 15, 0, 250) + number * 86_400_000;
  talk = aTalk({ number, email: `eva${number}@example.com`, startedAt });
  clock = new Date(startedAt + 700_000);
});

/** A CRM that remembers what was written last, and a forwarder with both sources. */
function createStage(settings: { readonly anonymous?: 'create' } = {}) {
  const crm = createMemoryCrm();
  let written: Conversation | undefined;
  crm.disturb((_call, when, entry) => {
    if (when === 'after') written = entry?.conversation ?? written;
  });
  const start = () =>
    createDelivery({ table: running.table, now: () => clock, hasApi: true, crms: { crm: { ...crm, settings } } });
  const system = start();
  const bring = async (body: string) => system.deliver(await seal(body, clock, noClaimCheck));
  return { crm, bring, start, lines: system.lines, written: () => written };
}

describe('a chat of which both sources tell has one note, that says all', () => {
  const complete = {
    tags: ['VIP'],
    pages: [{ url: 'https://shop.example/bikes' }],
    messages: [{ text: 'Do you have the blue one in size L?' }, { agentId: '3', files: [{ name: 'label.pdf' }] }],
  };

  test.each([
    ['the hook comes first', [hookOf, snapshotOf]],
    ['the API comes first', [snapshotOf, hookOf]],
  ])('if %s', async (_what, [first = hookOf, second = hookOf]) => {
    const { crm, bring, written } = createStage();
    await bring(first(talk));
    expect(crm.notes).toHaveLength(1);
    await bring(second(talk));
    expect(crm.calls.filter((call) => call === 'update')).toHaveLength(1);
    for (const bodyOf of [first, second, first]) await bring(bodyOf(talk));
    expect(crm.notes).toHaveLength(1);
    expect(crm.contacts).toHaveLength(1);
    expect(crm.calls.filter((call) => call === 'update')).toHaveLength(1);
    expect(written()).toMatchObject(complete);
  });

  test('if both come in one batch', async () => {
    const { crm, start, written } = createStage();
    const messages = await Promise.all([hookOf(talk), snapshotOf(talk)].map((body) => seal(body, clock, noClaimCheck)));
    // What is under way at another message comes back.
    for (let turn = 0; turn < 3; turn += 1) {
      await start().deliverAll(messages);
      clock = new Date(clock.getTime() + 20_000);
    }
    expect(crm.notes).toHaveLength(1);
    expect(written()).toMatchObject(complete);
  });
});

test('what is not certain stays two chats, and the log says so', async () => {
  const { crm, bring, lines } = createStage({ anonymous: 'create' });
  const anonymous = { ...talk, name: null, email: null, lines: talk.lines.map((line) => ({ ...line, text: 'Hello' })) };
  await bring(hookOf(anonymous));
  await bring(snapshotOf({ ...anonymous, skewMs: 800 }));
  clock = new Date(clock.getTime() + 20_000);
  await bring(hookOf(anonymous));
  await bring(snapshotOf({ ...anonymous, skewMs: 800 }));
  expect(crm.notes.map(({ conversationId }) => conversationId)).toEqual([hookId(talk), apiId(talk)]);
  expect(lines.filter(({ message }) => message === 'may be the same chat')).toEqual([
    { message: 'may be the same chat', conversationId: apiId(talk), alsoAs: [hookId(talk)] },
  ]);
});

test('a held chat is delivered once the other source tells of an address', async () => {
  const { crm, bring } = createStage();
  await bring(hookOf({ ...talk, email: null }));
  clock = new Date(clock.getTime() + 20_000);
  await bring(hookOf({ ...talk, email: null }));
  expect(crm.notes).toEqual([]);
  await bring(snapshotOf(talk));
  expect(crm.notes.map(({ conversationId }) => conversationId)).toEqual([hookId(talk)]);
});
