import type { Rating } from '../conversation/model.ts';
import { revisionWithin } from '../conversation/revision.ts';
import type { Conversations, StoredChat } from '../delivery/ports.ts';
import { decompress } from '../platform/compression.ts';
import { chatKey, chatPartition, conversationIdOf } from './keys.ts';
import { getChunks } from './large-bodies.ts';
import { type Item, isRecordOf, type Table, textIn } from './table.ts';

/** A conversation's item, or the other source's if it is stored with that. */
export async function readChatItem(table: Table, asked: string) {
  const read = (id: string) => table.get(chatKey(id), { consistent: true });
  const first = await read(asked);
  const conversationId = joinedTo(first) ?? asked;
  const item = conversationId === asked ? first : await read(conversationId);
  return { conversationId, item: joinedTo(item) === undefined ? item : undefined };
}

export function createLoadChat(table: Table): Conversations['load'] {
  return async (asked) => {
    const { conversationId, item } = await readChatItem(table, asked);
    if (item === undefined) return undefined;
    if (isErased(item)) return hasBody(item) ? 'erasing' : 'erased';
    return toStoredChat(table, conversationId, item);
  };
}

/** Reads the stored revisions of these conversations; `erased` once an erasure has begun. */
export function createRevisionsOf(table: Table) {
  async function itemsOf(conversationIds: readonly string[]) {
    const items = await table.getMany(conversationIds.map(chatKey), ['pk', 'revision', 'joinedTo']);
    return new Map(items.map((item) => [conversationIdOf(String(item['pk'])) ?? '', item]));
  }

  return async (conversationIds: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const items = await itemsOf(conversationIds);
    const chats = await itemsOf([...new Set([...items.values()].flatMap((item) => joinedTo(item) ?? []))]);
    const revisions = [...items].flatMap(([id, item]) => {
      const chatId = joinedTo(item);
      const chat = chatId === undefined ? item : chats.get(chatId);
      if (chat === undefined) return [];
      const revision = revisionWithin(String(chat['revision']), chatId === undefined ? 'own' : 'other');
      return [[id, isErased(chat) ? 'erased' : revision] as const];
    });
    return new Map(revisions);
  };
}

/** The other source's chat, with which this conversation is stored. */
export const joinedTo = (item: Item | undefined): string | undefined => textIn(item?.['joinedTo']);

/** Greater than every revision, so no copy of an erased chat is newer. */
export const erasedRevision = '~';

/** An erasure has begun or ended: later copies of the chat are ignored. */
export const isErased = (item: Item | undefined) => item?.['revision'] === erasedRevision;

/** False once the end of an erasure has taken the body. */
export const hasBody = ({ body, bodyId }: Item) => body !== undefined || bodyId !== undefined;

export function toStoredChat(table: Table, conversationId: string, item: Item): StoredChat {
  const { body, bodyId, length, revision, rating, receivedAt } = item;
  const address = bodyAddress(conversationId, String(bodyId));
  return {
    conversationId,
    revision: String(revision),
    rating: toRating(rating),
    receivedAt: new Date(String(receivedAt)),
    length: Number(length),
    readBody: async () => String(await decompress(body instanceof Uint8Array ? body : await getChunks(table, address))),
  };
}

export const bodyAddress = (conversationId: string, bodyId: string) => ({
  pk: chatPartition(conversationId),
  prefix: `BODY#${bodyId}#`,
});

const isRating = isRecordOf<Rating>('score', 'comment');

export const toRating = (stored: unknown): Rating | null => (isRating(stored) ? stored : null);
