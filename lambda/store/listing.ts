import type { ConversationStatus } from '../conversation/status.ts';
import { collect } from '../platform/collect.ts';
import { createRecords } from './records.ts';
import type { Table } from './table.ts';

type Listing = {
  /** The conversations received last, newest first, each with its deliveries. */
  readonly recent: (limit: number) => Promise<readonly ConversationStatus[]>;
};

/** What lies in the table, for people to look at. */
export function createListing(table: Table): Listing {
  const records = createRecords(table);
  return {
    recent: async (limit) => {
      const chats = await collect(records.chats(), limit);
      return Promise.all(
        chats.map(async (chat) => ({ ...chat, deliveries: await records.deliveriesOf(chat.conversationId) })),
      );
    },
  };
}
