import { createHash } from 'node:crypto';
import { accountVisitor } from '../conversation/match-keys.ts';
import type { Rating } from '../conversation/model.ts';
import { wordsIn } from '../conversation/revision.ts';
import type { ChatCopy, Conversations, Over, StoredChat } from '../delivery/ports.ts';
import { compress, decompress } from '../platform/compression.ts';
import { chatKey, chatPartition, expiresAt } from './keys.ts';
import { chunkBytes, deleteChunks, getChunks, putChunks } from './large-bodies.ts';
import { type Item, isRecordOf, type Table, textIn } from './table.ts';
import { visitorIndex } from './visitors.ts';

/** One item each, with the compressed body. A large body is in chunks of its copy, so that two never mix. */
export function createConversations(table: Table, options: { readonly retentionDays: number }): Conversations {
  return {
    save: async (copy, over = 'nothing') => {
      const item = await writeBody(copy);
      const { isWritten, old } = await table.put(item, { ...conditionOf(copy, over), returnsOld: true });
      if (isWritten) {
        await deleteBody(table, old, item);
        return old?.['revision'] === copy.revision ? 'known' : 'new';
      }
      const there = old ?? (await table.get(chatKey(copy.conversation.id)));
      // Revisions only grow, so no process will write this one any more.
      if (there !== undefined && !(String(there['revision'] ?? erasedRevision) < copy.revision)) {
        await deleteBody(table, item, there);
      }
      return 'refused';
    },
    load: createLoadChat(table),
    isErased: async (conversationId) => isErased(await table.get(chatKey(conversationId), ['revision'])),
  };

  /** The chunks are written before the item that refers to them. */
  async function writeBody(copy: ChatCopy) {
    const { id, rating } = copy.conversation;
    const bytes = compress(Buffer.from(copy.body));
    const expires = expiresAt(copy.receivedAt, options.retentionDays);
    const bodyId = bytes.length <= chunkBytes ? undefined : bodyIdOf(copy.revision, bytes);
    if (bodyId !== undefined) await putChunks(table, bodyAddress(id, bodyId), bytes, expires);
    const body = bodyId === undefined ? { body: bytes } : { bodyId };
    const length = copy.body.length;
    return { ...chatKey(id), ...indexedAttributes(copy), rating, ...body, length, expiresAt: expires };
  }
}

function conditionOf({ revision }: ChatCopy, over: Over) {
  if (over === 'nothing') {
    return { condition: 'attribute_not_exists(pk) OR revision = :revision', values: { ':revision': revision } };
  }
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

/** Other words have another, even if the bytes are the same: deleting one's chunks never deletes another's. */
const bodyIdOf = (revision: string, bytes: Uint8Array): string =>
  createHash('sha256').update(wordsIn(revision)).update('\0').update(bytes).digest('hex').slice(0, 32);

async function deleteBody(table: Table, unused: Item | undefined, kept: Item | undefined): Promise<void> {
  const { conversationId, bodyId } = unused ?? {};
  if (typeof bodyId !== 'string' || bodyId === kept?.['bodyId']) return;
  await deleteChunks(table, bodyAddress(String(conversationId), bodyId));
}

/** A conversation's item, or the other source's if it is stored with that. */
export async function readChatItem(table: Table, asked: string) {
  const read = (id: string) => table.get(chatKey(id));
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
    readBody: async () => String(decompress(body instanceof Uint8Array ? body : await getChunks(table, address))),
  };
}

const bodyAddress = (conversationId: string, bodyId: string) => ({
  pk: chatPartition(conversationId),
  prefix: `BODY#${bodyId}#`,
});

const isRating = isRecordOf<Rating>('score', 'comment');

const toRating = (stored: unknown): Rating | null => (isRating(stored) ? stored : null);
