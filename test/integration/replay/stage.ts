import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createReplay } from '../../../inspector/forwarder/actions.ts';
import { CrmError } from '../../../lambda/crm/port/errors.ts';
import type { EnqueueChat } from '../../../lambda/delivery/ports.ts';
import { referTo, seal } from '../../../lambda/queue/envelope.ts';
import { createConversations } from '../../../lambda/store/conversations.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { aHookBody } from '../../fixtures/hook-body.ts';
import { createDelivery } from '../../support/delivery.ts';
import { startTable, type TestTable } from '../../support/dynamodb.ts';
import { createMemoryCrm } from '../../support/memory-crm.ts';

let running: TestTable;
let clock = new Date('2026-05-01T08:00:00Z');
let channelId = 0;
beforeAll(async () => {
  running = await startTable();
});
afterAll(() => running.close());
export const table = () => running.table;
beforeEach(() => {
  channelId += 1;
});
export const id = () => `208:${channelId}`;
export const now = () => clock;
export const pass = (seconds: number) => {
  clock = new Date(clock.getTime() + seconds * 1000);
};

const noClaimCheck = () => Promise.reject(new Error('a small chat fits the queue'));
export const message = (visitor: object = {}) =>
  seal(JSON.stringify(aHookBody({ channel: { id: channelId }, ...visitor })), clock, noClaimCheck);

/** Deliver with a CRM that refuses every note until it is fixed, and what replays on the same table. */
export function createSystem(others: Parameters<typeof createDelivery>[0]['crms'] = {}) {
  const crm = createMemoryCrm();
  crm.disturb((call) => {
    if (call === 'log') throw new CrmError('no such property', { kind: 'permanent' });
  });
  const { deliver, ledger } = createDelivery({
    table: running.table,
    now,
    crms: { crm: { adapter: crm.adapter }, ...others },
  });
  const queue: string[] = [];
  const enqueueChat: EnqueueChat = async (conversationId, destinations) => {
    queue.push(referTo(conversationId, destinations));
  };
  const { load } = createConversations(running.table, { retentionDays: 30 });
  const isStored = async (conversationId: string) => typeof (await load(conversationId)) === 'object';
  const replay = (parts: Partial<Parameters<typeof createReplay>[0]> = {}) =>
    createReplay({ ledger, isStored, enqueueChat, now, ...parts });
  return {
    crm,
    queue,
    ledger,
    deliver,
    replay,
    fix: () => crm.disturb(() => {}),
    seen: () => createRecords(running.table).deliveriesOf(id()),
    state: async () => (await ledger.read(id(), 'crm'))?.state,
    park: async () => {
      await deliver(await message());
      pass(1);
    },
    deliverQueue: async () => {
      for (const each of queue.splice(0)) await deliver(each);
    },
  };
}
