import { createHash } from 'node:crypto';
import { accountVisitor } from '../conversation/match-keys.ts';
import { isOfBoth, type Merged, mergeRevisions } from '../conversation/revision.ts';
import type { ChatCopy, Conversations } from '../delivery/ports.ts';
import { compress } from '../platform/compression.ts';
import { chatKey, expiresAt } from './keys.ts';
import { chunkBytes, deleteChunks, putChunks } from './large-bodies.ts';
import { bodyAddress, createLoadChat, isErased, joinedTo, toRating } from './stored-chat.ts';
import type { Item, Table } from './table.ts';
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
      throw new Error(
        `${maxAttempts} other copies of ${copy.conversation.id} came at the same time. Its message comes back.`,
      );
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
      isErased(await table.get(chatKey(conversationId), { consistent: true, attributes: ['revision'] })),
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

function conditionOf(over: Parameters<Conversations['replace']>[1]) {
  if (over === 'nothing') return { condition: 'attribute_not_exists(pk)' };
  return 'revision' in over
    ? { condition: 'revision = :revision', values: { ':revision': over.revision } }
    : { condition: 'joinedTo = :chat', values: { ':chat': over.joinedTo } };
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

async function deleteBody(table: Table, unused: Item | undefined, kept: Item | undefined): Promise<void> {
  const { conversationId, bodyId, chunks } = unused ?? {};
  if (typeof bodyId !== 'string' || bodyId === kept?.['bodyId']) return;
  await deleteChunks(table, bodyAddress(String(conversationId), bodyId), Number(chunks));
}
