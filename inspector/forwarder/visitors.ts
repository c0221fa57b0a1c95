import type { Outcome } from '../../lambda/conversation/model.ts';
import { readConversation } from '../../lambda/smartsupp/body.ts';
import { isErased, toStoredChat } from '../../lambda/store/conversations.ts';
import { chatKey } from '../../lambda/store/keys.ts';
import { readChat } from '../../lambda/store/records.ts';
import type { Item, Table } from '../../lambda/store/table.ts';

/** The visitor of a chat, and how it ended. */
export type Visitor = {
  readonly conversationId: string;
  /** Falls back to their address, then their number. */
  readonly name: string | null;
  readonly outcome: Outcome;
  readonly receivedAt: string;
};

/** DynamoDB answers with at most 16 MB, and a chat has up to 400 kB. */
const maxPerRead = 40;

/** By conversation id. Names are read from the chats themselves, since no index holds one. */
export async function readVisitors(
  table: Table,
  conversationIds: Iterable<string>,
): Promise<ReadonlyMap<string, Visitor>> {
  const ids = [...new Set(conversationIds)];
  const visitors: Visitor[] = [];
  for (let from = 0; from < ids.length; from += maxPerRead) {
    const items = await table.getMany(ids.slice(from, from + maxPerRead).map(chatKey));
    visitors.push(...(await Promise.all(items.map((item) => toVisitor(table, item)))).flat());
  }
  return new Map(visitors.map((visitor) => [visitor.conversationId, visitor]));
}

async function toVisitor(table: Table, item: Item): Promise<readonly Visitor[]> {
  if (isErased(item)) return [];
  return Promise.all(
    readChat(item).map(async (chat) => {
      // A newer copy may be replacing a large body just now.
      const body = await toStoredChat(table, chat.conversationId, item)
        .readBody()
        .catch(() => undefined);
      const conversation = body === undefined ? undefined : readConversation(body);
      return { ...chat, name: conversation?.visitor.name ?? textOf(item['email']) ?? textOf(item['phone']) };
    }),
  );
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
