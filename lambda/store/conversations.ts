import { createHash } from 'node:crypto';
import { accountVisitor } from '../conversation/match-keys.ts';
import type { ChatCopy, Conversations } from '../delivery/ports.ts';
import { compress, decompress } from '../platform/compression.ts';
import { chunkBytes, deleteChunks, getChunks, putChunks } from './chunks.ts';
import { chatKey, chatPartition, expiresAt } from './keys.ts';
import type { Item, Table } from './table.ts';
import { visitorIndex } from './visitors.ts';

/**
 * Chats in the table: one item each, with the compressed body in it; a body that is too large lies beside it in chunks,
 * under a digest of the copy, so that those of two copies never mix.
 */
export function createConversations(table: Table, options: { readonly retentionDays: number }): Conversations {
  return {
    save: async (copy) => {
      const { id } = copy.conversation;
      const bytes = await compress(Buffer.from(copy.body));
      const expires = expiresAt(copy.receivedAt, options.retentionDays);
      const bodyId = bytes.length <= chunkBytes ? undefined : bodyIdOf(copy.revision, bytes);
      // All that the item speaks of is there before the item is.
      const chunks = bodyId === undefined ? 0 : await putChunks(table, bodyAddress(id, bodyId), bytes, expires);
      const body = bodyId === undefined ? { body: bytes } : { bodyId };
      const { held, old } = await table.put(
        { ...chatKey(id), ...indexed(copy), ...body, chunks, length: copy.body.length, expiresAt: expires },
        {
          // Of one and the same copy, what this release makes of it counts.
          condition: 'attribute_not_exists(pk) OR revision <= :revision',
          values: { ':revision': copy.revision },
          returnsOld: true,
        },
      );
      const unused = held ? old : { bodyId, chunks };
      const kept = held || bodyId === undefined ? { bodyId } : await table.get(chatKey(id), { consistent: true });
      await deleteBody(table, id, unused, kept);
      if (!held) return 'superseded';
      return old === undefined ? 'new' : 'known';
    },
    load: createLoadChat(table),
  };
}

export function createLoadChat(table: Table): Conversations['load'] {
  return async (conversationId) => {
    const item = await table.get(chatKey(conversationId), { consistent: true });
    if (item === undefined) return undefined;
    return isErased(item) ? 'erased' : toStoredChat(table, conversationId, item);
  };
}

/** Greater than every revision: no copy of an erased chat is newer. */
export const erasedRevision = '~';

/** An erasure has begun, or has ended: a copy of the chat that is on its way still has nothing to say any more. */
export const isErased = (item: Item | undefined) => item?.['revision'] === erasedRevision;

/** The chat in an item, whose body is read when it is asked for. */
export function toStoredChat(table: Table, conversationId: string, item: Item) {
  const { body, bodyId, length, revision, receivedAt } = item;
  return {
    revision: String(revision),
    receivedAt: new Date(String(receivedAt)),
    length: Number(length),
    readBody: async () => {
      const bytes =
        body instanceof Uint8Array ? body : await getChunks(table, bodyAddress(conversationId, String(bodyId)));
      return (await decompress(bytes)).toString();
    },
  };
}

/** What a chat is listed and found by: all but its words, which no index holds. */
function indexed({ conversation, contentHash, revision, foundBy, receivedAt }: ChatCopy) {
  const { id, outcome } = conversation;
  const at = receivedAt.toISOString();
  return {
    conversationId: id,
    contentHash,
    revision,
    outcome,
    ...foundBy,
    receivedAt: at,
    listed: 'chat',
    listedAt: at,
    ...visitorIndex(accountVisitor(conversation), at),
  };
}

/** No two copies share one, even of the same bytes: a process that deletes one's chunks never takes another's. */
const bodyIdOf = (revision: string, bytes: Uint8Array): string =>
  createHash('sha256').update(revision).update('\0').update(bytes).digest('hex').slice(0, 32);

const bodyAddress = (conversationId: string, bodyId: string) => ({
  pk: chatPartition(conversationId),
  prefix: `BODY#${bodyId}#`,
});

/** Deletes the chunks of a body, unless they are what is kept. */
async function deleteBody(
  table: Table,
  conversationId: string,
  unused: Item | undefined,
  kept: Item | undefined,
): Promise<void> {
  const { bodyId, chunks } = unused ?? {};
  if (typeof bodyId !== 'string' || bodyId === kept?.['bodyId']) return;
  await deleteChunks(table, bodyAddress(conversationId, bodyId), Number(chunks));
}
