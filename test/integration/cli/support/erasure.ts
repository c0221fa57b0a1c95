import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { erasePerson } from '../../../../cli/commands/erase/erase-person.ts';
import type { Person } from '../../../../cli/lib/person/person.ts';
import type { CrmAdapter } from '../../../../lambda/crm/port/adapter.ts';
import type { Table } from '../../../../lambda/store/table.ts';
import { createDelivery } from '../../../support/delivery.ts';
import { startTable, type TestTable } from '../../../support/dynamodb.ts';
import { createMemoryCrm } from '../../../support/memory-crm.ts';
import { type Chat, findByEmail, messageOf } from './persons.ts';

type PersonalChat = Chat & { readonly visitor: string; readonly email: string };

/** A CRM that can remove notes, too. */
export function createCrm() {
  const memory = createMemoryCrm();
  const adapter: CrmAdapter = {
    ...memory.adapter,
    removeConversation: async (logId) => {
      delete memory.notes[Number(logId)];
    },
  };
  return {
    ...memory,
    adapter,
    conversations: () => Object.values(memory.notes).map(({ conversationId }) => conversationId),
  };
}

const receivedAt = new Date('2026-05-01T08:00:00Z');

/** Erasures on a table of the file's own, with a clock that is set, and a person of each test's own. */
export function useErasure() {
  let running: TestTable;
  let journal: TestTable;
  beforeAll(async () => {
    [running, journal] = await Promise.all([startTable(), startTable()]);
  });
  afterAll(() => Promise.all([running.close(), journal.close()]));

  let clock = receivedAt;
  const now = () => clock;

  let channel = 0;
  let chat: PersonalChat;
  const meetSomebody = (): PersonalChat => {
    clock = receivedAt;
    channel += 1;
    chat = { channel, visitor: `vi-${channel}`, email: `eva${channel}@example.com` };
    return chat;
  };
  beforeEach(() => {
    meetSomebody();
  });

  const find = () => findByEmail(running.table, chat.email);

  return {
    now,
    /** After the beginning of the test. */
    passSeconds: (seconds: number) => {
      clock = new Date(receivedAt.getTime() + seconds * 1000);
    },
    get table() {
      return running.table;
    },
    get erasures() {
      return journal.table;
    },
    /** The chat of this test's person. */
    get chat() {
      return chat;
    },
    /** Another person, from now on. */
    meetSomebody,
    find,
    erase: async (
      adapter: CrmAdapter,
      {
        table = running.table,
        person,
        tellLeft = () => {},
      }: { table?: Table; person?: Person; tellLeft?: (lines: readonly string[]) => void } = {},
    ) =>
      erasePerson(person ?? (await find()), {
        deployment: { table, erasures: journal.table },
        adapterOf: async () => adapter,
        now,
        tellLeft,
        signal: new AbortController().signal,
      }),
    deliver: async (adapter: CrmAdapter, sent: Chat = chat, table: Table = running.table) => {
      const { deliver } = createDelivery({ table, now, crms: { crm: { adapter } } });
      await deliver(await messageOf(sent, now()));
    },
  };
}
