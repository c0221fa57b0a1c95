import type { Rating } from '../conversation/model.ts';
import { revisionWithin } from '../conversation/revision.ts';
import type { Conversations, StoredChat } from '../delivery/ports.ts';
import { decompress } from '../platform/compression.ts';
import { chatKey, chatPartition } from './keys.ts';
import { getChunks } from './large-bodies.ts';
import { getAll, type Item, type Table } from './table.ts';

export function createLoadChat(table: Table): Conversations['load'] {
  const read = (conversationId: string) => table.get(chatKey(conversationId), { consistent: true });
  return async (asked) => {
    const first = await read(asked);
    const conversationId = joinedTo(first) ?? asked;
    const item = conversationId === asked ? first : await read(conversationId);
    if (item === undefined || joinedTo(item) !== undefined) return undefined;
    if (isErased(item)) return hasBody(item) ? 'erasing' : 'erased';
    return toStoredChat(table, conversationId, item);
  };
}

/** Reads the stored revisions of these conversations; `erased` once an erasure has begun. */
export function createRevisionsOf(table: Table) {
  const attributes = 'conversationId, revision, pk, joinedTo';

  async function itemsOf(conversationIds: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    const items = await getAll(table, conversationIds.map(chatKey), attributes);
    const byKey = new Map(items.map((item) => [item['pk'], item]));
    return new Map(
      conversationIds.flatMap((id) => {
        const item = byKey.get(chatPartition(id));
        return item === undefined ? [] : [[id, item]];
      }),
    );
  }

  return async (conversationIds: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const items = await itemsOf(conversationIds);
    const chats = await itemsOf([...new Set([...items.values()].flatMap((item) => joinedTo(item) ?? []))]);
    return new Map(
      [...items].flatMap(([id, item]) => {
        const chatId = joinedTo(item);
        const chat = chatId === undefined ? item : chats.get(chatId);
        if (chat === undefined) return [];
        const revision = revisionWithin(String(chat['revision']), chatId === undefined ? 'own' : 'other');
        return [[id, isErased(chat) ? 'erased' : revision]];
      }),
    );
  };
}

/** The other source's chat, with which this conversation is stored. */
export function joinedTo(item: Item | undefined): string | undefined {
  const chat = item?.['joinedTo'];
  return typeof chat === 'string' ? chat : undefined;
}

/** Greater than every revision, so no copy of an erased chat is newer. */
export const erasedRevision = '~';

/** An erasure has begun or ended: later copies of the chat are ignored. */
export const isErased = (item: Item | undefined) => item?.['revision'] === erasedRevision;

/** False once the end of an erasure has taken the body. */
export const hasBody = ({ body, bodyId }: Item) => body !== undefined || bodyId !== undefined;

export function toStoredChat(table: Table, conversationId: string, item: Item): StoredChat {
  const { body, bodyId, length, revision, rating, receivedAt } = item;
  return {
    conversationId,
    revision: String(revision),
    rating: toRating(rating),
    receivedAt: new Date(String(receivedAt)),
    length: Number(length),
    readBody: async () => {
      const bytes =
        body instanceof Uint8Array ? body : await getChunks(table, bodyAddress(conversationId, String(bodyId)));
      return (await decompress(bytes)).toString();
    },
  };
}

export const bodyAddress = (conversationId: string, bodyId: string) => ({
  pk: chatPartition(conversationId),
  prefix: `BODY#${bodyId}#`,
});

export function toRating(stored: unknown): Rating | null {
  if (typeof stored !== 'object' || stored === null || !('score' in stored) || !('comment' in stored)) return null;
  return { score: Number(stored.score), comment: stored.comment === null ? null : String(stored.comment) };
}
