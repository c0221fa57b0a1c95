import { createHash } from 'node:crypto';
import { accountVisitor } from '../conversation/match-keys.ts';
import type { ChatCopy, Conversations } from '../delivery/ports.ts';
import { compress, decompress } from '../platform/compression.ts';
import { chunkBytes, deleteChunks, getChunks, putChunks } from './chunks.ts';
import { chatKey, chatPartition, expiresAt } from './keys.ts';
import type { Item, Table } from './table.ts';
import { visitorIndex } from './visitors.ts';

/** One item each, with the compressed body; a large body is in chunks of its copy, so that two never mix. */
export function createConversations(table: Table, options: { readonly retentionDays: number }): Conversations {
  return {
    save: async (copy) => {
      const { id } = copy.conversation;
      const bytes = await compress(Buffer.from(copy.body));
      const expires = expiresAt(copy.receivedAt, options.retentionDays);
      const bodyId = bytes.length <= chunkBytes ? undefined : bodyIdOf(copy.revision, bytes);
      // The chunks are written before the item that refers to them.
      const chunks = bodyId === undefined ? 0 : await putChunks(table, bodyAddress(id, bodyId), bytes, expires);
      const body = bodyId === undefined ? { body: bytes } : { bodyId };
      const { isWritten, old } = await table.put(
        { ...chatKey(id), ...indexedAttributes(copy), ...body, chunks, length: copy.body.length, expiresAt: expires },
        {
          // If the same copy is saved again, the current release's translation replaces the stored one.
          condition: 'attribute_not_exists(pk) OR revision <= :revision',
          values: { ':revision': copy.revision },
          returnsOld: true,
        },
      );
      const unused = isWritten ? old : { bodyId, chunks };
      const kept = isWritten || bodyId === undefined ? { bodyId } : await table.get(chatKey(id), { consistent: true });
      await deleteBody(table, id, unused, kept);
      if (!isWritten) return 'superseded';
      return old === undefined ? 'new' : 'known';
    },
    load: createLoadChat(table),
    isErased: async (conversationId) =>
      isErased(await table.get(chatKey(conversationId), { consistent: true, attributes: 'revision' })),
  };
}

export function createLoadChat(table: Table): Conversations['load'] {
  return async (conversationId) => {
    const item = await table.get(chatKey(conversationId), { consistent: true });
    if (item === undefined) return undefined;
    if (isErased(item)) return hasBody(item) ? 'erasing' : 'erased';
    return toStoredChat(table, conversationId, item);
  };
}

/** Greater than every revision, so no copy of an erased chat is newer. */
export const erasedRevision = '~';

/** An erasure has begun or ended: later copies of the chat are ignored. */
export const isErased = (item: Item | undefined) => item?.['revision'] === erasedRevision;

/** False once the end of an erasure has taken the body. */
export const hasBody = ({ body, bodyId }: Item) => body !== undefined || bodyId !== undefined;

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

/** The indexes list and find chats by these. They never hold the words of a chat. */
function indexedAttributes({ conversation, contentHash, revision, foundBy, receivedAt }: ChatCopy) {
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

/** Unique to each copy, even if the bytes are the same: deleting one copy's chunks never deletes another's. */
const bodyIdOf = (revision: string, bytes: Uint8Array): string =>
  createHash('sha256').update(revision).update('\0').update(bytes).digest('hex').slice(0, 32);

const bodyAddress = (conversationId: string, bodyId: string) => ({
  pk: chatPartition(conversationId),
  prefix: `BODY#${bodyId}#`,
});

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
