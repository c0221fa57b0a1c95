import { createHash } from 'node:crypto';
import { accountVisitor } from '../conversation/match-keys.ts';
import type { Rating } from '../conversation/model.ts';
import { isOfBoth, type Merged, mergeRevisions, revisionWithin } from '../conversation/revision.ts';
import type { ChatCopy, Conversations } from '../delivery/ports.ts';
import { compress, decompress } from '../platform/compression.ts';
import { chunkBytes, deleteChunks, getChunks, putChunks } from './chunks.ts';
import { chatKey, chatPartition, expiresAt } from './keys.ts';
import { getAll, type Item, type Table } from './table.ts';
import { visitorIndex } from './visitors.ts';

/**
 * One item each, with the compressed body of the copy with the newest words, and the newest rating of all copies. A large
 * body is in chunks of its copy, so that two never mix.
 */
export function createConversations(table: Table, options: { readonly retentionDays: number }): Conversations {
  return {
    save: async (copy) => {
      const key = chatKey(copy.conversation.id);
      const item = await writeBody(copy);
      // Nearly always this is the first copy, or the same copy again.
      const written = await table.put(item, {
        condition: 'attribute_not_exists(pk) OR revision = :revision',
        values: { ':revision': copy.revision },
        returnsOld: true,
      });
      if (written.isWritten) return written.old === undefined ? 'new' : 'known';
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const stored = await table.get(key, { consistent: true });
        const chatId = joinedTo(stored);
        if (chatId !== undefined || isOfBoth(String(stored?.['revision']))) {
          await deleteBody(table, item, stored);
          return chatId === undefined ? 'joined' : { joinedTo: chatId };
        }
        const merged = isErased(stored) ? undefined : mergeRevisions(String(stored?.['revision'] ?? ''), copy.revision);
        if (merged === undefined) {
          await deleteBody(table, item, stored);
          return 'superseded';
        }
        if (await merge(item, merged, stored)) return 'merged';
      }
      throw new Error(`${maxAttempts} other copies of ${copy.conversation.id} came at the same time.`);
    },
    replace: async (copy, over) => {
      const key = chatKey(copy.conversation.id);
      const stored = over === 'nothing' ? undefined : await table.get(key, { consistent: true });
      const item = await writeBody(copy);
      const { isWritten } = await table.put(item, conditionOf(over));
      const [unused, kept] = isWritten ? [stored, item] : [item, stored];
      await deleteBody(table, unused, kept);
      return isWritten;
    },
    load: createLoadChat(table),
    isErased: async (conversationId) =>
      isErased(await table.get(chatKey(conversationId), { consistent: true, attributes: 'revision' })),
  };

  /** The chunks are written before the item that refers to them. */
  async function writeBody(copy: ChatCopy) {
    const { id, rating } = copy.conversation;
    const bytes = await compress(Buffer.from(copy.body));
    const expires = expiresAt(copy.receivedAt, options.retentionDays);
    const bodyId = bytes.length <= chunkBytes ? undefined : bodyIdOf(copy.revision, bytes);
    const chunks = bodyId === undefined ? 0 : await putChunks(table, bodyAddress(id, bodyId), bytes, expires);
    const body = bodyId === undefined ? { body: bytes } : { bodyId };
    const length = copy.body.length;
    return { ...chatKey(id), ...indexedAttributes(copy), rating, ...body, chunks, length, expiresAt: expires };
  }

  /** False if another copy was written in between. */
  async function merge(item: Awaited<ReturnType<typeof writeBody>>, merged: Merged, stored: Item | undefined) {
    const { revision, words } = merged;
    const rating = merged.rating === 'new' ? item.rating : toRating(stored?.['rating']);
    const seen = { condition: 'revision = :seen', values: { ':seen': String(stored?.['revision']) } };
    const { isWritten } =
      words === 'new'
        ? await table.put({ ...item, revision, rating }, seen)
        : await table.update(chatKey(item.conversationId), {
            update: 'SET revision = :revision, rating = :rating',
            condition: seen.condition,
            values: { ...seen.values, ':revision': revision, ':rating': rating },
          });
    if (isWritten) await (words === 'new' ? deleteBody(table, stored, item) : deleteBody(table, item, stored));
    return isWritten;
  }
}

/** An attempt fails only if another copy of the chat is written at the same time. */
const maxAttempts = 20;

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

/** The other source's chat, with which this conversation is stored. */
export function joinedTo(item: Item | undefined): string | undefined {
  const chat = item?.['joinedTo'];
  return typeof chat === 'string' ? chat : undefined;
}

function conditionOf(over: Parameters<Conversations['replace']>[1]) {
  if (over === 'nothing') return { condition: 'attribute_not_exists(pk)' };
  const [[attribute, value] = []] = Object.entries(over);
  return { condition: `${attribute} = :seen`, values: { ':seen': value } };
}

/** The revisions of what is stored of these conversations; `erased` once an erasure has begun. */
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

/** Greater than every revision, so no copy of an erased chat is newer. */
export const erasedRevision = '~';

/** An erasure has begun or ended: later copies of the chat are ignored. */
export const isErased = (item: Item | undefined) => item?.['revision'] === erasedRevision;

/** False once the end of an erasure has taken the body. */
export const hasBody = ({ body, bodyId }: Item) => body !== undefined || bodyId !== undefined;

export function toStoredChat(table: Table, conversationId: string, item: Item) {
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

/** The indexes list and find chats by these. They never hold the words of a chat. */
function indexedAttributes({ conversation, revision, foundBy, alsoAs, receivedAt }: ChatCopy) {
  const { id, outcome } = conversation;
  const at = receivedAt.toISOString();
  return {
    conversationId: id,
    revision,
    outcome,
    ...foundBy,
    alsoAs,
    receivedAt: at,
    listed: 'chat',
    listedAt: at,
    ...visitorIndex(accountVisitor(conversation), at),
  };
}

/** Unique to each copy, even if the bytes are the same: deleting one copy's chunks never deletes another's. */
const bodyIdOf = (revision: string, bytes: Uint8Array): string =>
  createHash('sha256').update(revision).update('\0').update(bytes).digest('hex').slice(0, 32);

const bodyAddress = (conversationId: string, bodyId: string) => ({
  pk: chatPartition(conversationId),
  prefix: `BODY#${bodyId}#`,
});

async function deleteBody(table: Table, unused: Item | undefined, kept: Item | undefined): Promise<void> {
  const { conversationId, bodyId, chunks } = unused ?? {};
  if (typeof bodyId !== 'string' || bodyId === kept?.['bodyId']) return;
  await deleteChunks(table, bodyAddress(String(conversationId), bodyId), Number(chunks));
}

function toRating(stored: unknown): Rating | null {
  if (typeof stored !== 'object' || stored === null || !('score' in stored) || !('comment' in stored)) return null;
  return { score: Number(stored.score), comment: stored.comment === null ? null : String(stored.comment) };
}
