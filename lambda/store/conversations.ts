import type { Conversations, ReadBody, Recording } from '../delivering/ports.ts';
import { compress, decompress } from '../platform/compression.ts';
import { cardAttributes, cardIn, cardKeyOf, createPutCard, toCard } from './cards.ts';
import { type ChunkAddress, chunksOf, deleteChunks, getChunks, putChunks } from './chunks.ts';
import { hashBeforeErasure, isErased } from './erasure.ts';
import { chatKey, chatPartition, expiresAt } from './keys.ts';
import type { Item, Key, Table } from './table.ts';
import { createChatsOf } from './visitors.ts';

/** Conversations in the table: a header, which has the body in it where that fits, and a card that tells whose it is. */
export function createConversations(table: Table, options: { readonly retentionDays: number }): Conversations {
  const chatsOf = createChatsOf(table);
  const putCard = createPutCard(table);
  return {
    record: async (recording) => {
      const { conversation, contentHash, body, receivedAt, isLikelyKept } = recording;
      const bytes = await compress(Buffer.from(body));
      const stored = { bytes, expiresAt: expiresAt(receivedAt, options.retentionDays) };
      const whereKept = async (kept: Item | undefined): Promise<'unchanged' | 'superseded' | undefined> => {
        const isSame = kept?.['contentHash'] === contentHash;
        if (!isSame && !isNewer(kept, recording.revision)) return undefined;
        await (isErased(kept) ? takeBack(table, recording, bytes, kept) : deleteCard(table, recording, kept));
        return isSame ? 'unchanged' : 'superseded';
      };
      // One item is whole whoever writes it last; several are not to be mixed with another's of the same content.
      if (isLikelyKept || !isWithin(bytes)) {
        const kind = await whereKept(await readHeader(table, conversation.id));
        if (kind === 'superseded') return { kind };
        if (kind !== undefined) return { kind, chats: await chatsOf(conversation) };
      }

      // Everything that the header speaks of is there before the header is, and before the visitor's chats are looked at.
      await Promise.all([
        putCard(toCard(recording, stored.expiresAt)),
        ...(isWithin(bytes) ? [] : [putBody(table, recording, stored)]),
      ]);
      const [{ held, old }, chats] = await Promise.all([putHeader(table, recording, stored), chatsOf(conversation)]);
      if (!held) {
        const kind = await whereKept(old ?? (await readHeader(table, conversation.id)));
        return kind === 'unchanged' ? { kind, chats } : { kind: 'superseded' };
      }
      await deleteReplaced(table, recording, old);
      // A message that was handed out before may outlive what was kept of it, and leave a ledger that is to be looked at.
      return { kind: old === undefined && !isLikelyKept ? 'first' : 'recorded', chats };
    },
  };
}

type Stored = { readonly bytes: Uint8Array; readonly expiresAt: number };

/** Reads the body of the newest copy, as it came; undefined where the conversation is not known. */
export function createReadBody(table: Table): ReadBody {
  return async (conversationId) => {
    const known = await readHeader(table, conversationId);
    return known === undefined || isErased(known) ? undefined : readStored(table, conversationId, known);
  };
}

/** The same, also where an erasure has begun: `erased` where it has come so far that there is no body any more. */
export function createReadUnerased(table: Table) {
  return async (conversationId: string): Promise<Awaited<ReturnType<ReadBody>> | 'erased'> => {
    const known = await readHeader(table, conversationId);
    if (known === undefined) return undefined;
    if (isErased(known) && hashBeforeErasure(known) === undefined) return 'erased';
    return readStored(table, conversationId, known);
  };
}

async function readStored(table: Table, conversationId: string, header: Item) {
  const { body, chunks, contentHash, receivedAt } = header;
  // Release 0.1 keeps every body in chunks, and leaves one in the header that is not this copy's.
  const isHere = chunks === 0 && body instanceof Uint8Array;
  const hash = hashBeforeErasure(header) ?? String(contentHash);
  const bytes = isHere ? body : await getChunks(table, bodyAddress(conversationId, hash));
  return { body: (await decompress(bytes)).toString(), receivedAt: new Date(String(receivedAt)) };
}

const readHeader = (table: Table, conversationId: string) => table.get(chatKey(conversationId), { consistent: true });

/** Whether a body lies in the header: what has room in one chunk leaves 20 KB of an item for all else. */
const isWithin = (bytes: Uint8Array) => chunksOf(bytes) === 1;

/** Where a larger one lies. */
const bodyAddress = (conversationId: string, contentHash: string): ChunkAddress => ({
  pk: chatPartition(conversationId),
  prefix: `BODY#${contentHash.slice(0, 16)}#`,
});

const putBody = (table: Table, { conversation, contentHash }: Recording, { bytes, expiresAt }: Stored) =>
  putChunks(table, bodyAddress(conversation.id, contentHash), bytes, expiresAt);

/** Unless it is there already, or a newer copy's. The first attempts stay those of whoever claimed them first. */
function putHeader(table: Table, recording: Recording, { bytes, expiresAt }: Stored) {
  const { conversation, contentHash, revision, firstAttempts } = recording;
  const attributes = {
    receivedAt: recording.receivedAt.toISOString(),
    contentHash,
    revision,
    ...cardAttributes(cardKeyOf(recording)),
    ...(isWithin(bytes) ? { body: bytes, chunks: 0 } : { chunks: chunksOf(bytes) }),
    expiresAt,
  };
  const set = Object.keys(attributes).map((name) => `${name} = :${name}`);
  // Release 0.1 listed headers, and kept what its cards tell now.
  const gone = ['conversationId', 'outcome', 'listed', 'listedAt', ...(isWithin(bytes) ? [] : ['body'])];
  return table.update(chatKey(conversation.id), {
    update: `SET ${set.join(', ')}, firstAttempts = if_not_exists(firstAttempts, :firstAttempts) REMOVE ${gone.join(', ')}`,
    condition: 'attribute_not_exists(pk) OR (revision <= :revision AND contentHash <> :contentHash)',
    values: Object.fromEntries(
      Object.entries({ ...attributes, firstAttempts }).map(([name, value]) => [`:${name}`, value]),
    ),
    returnsOld: true,
  });
}

/**
 * The chat was erased before this copy of it came, or while it was being recorded. What the header still speaks of is left
 * to an erasure that has not ended.
 */
async function takeBack(table: Table, recording: Recording, bytes: Uint8Array, kept: Item | undefined) {
  const { conversation, contentHash } = recording;
  const former = hashBeforeErasure(kept);
  if (!isWithin(bytes) && contentHash !== former) {
    await deleteChunks(table, bodyAddress(conversation.id, contentHash), chunksOf(bytes));
  }
  await deleteCard(table, recording, former === undefined ? undefined : kept);
}

/** Of one and the same copy, what this release makes of it counts: a former one may have read it otherwise. */
const isNewer = (known: Item | undefined, revision: string) =>
  typeof known?.['revision'] === 'string' && known['revision'] > revision;

/** What only the copy before spoke of: its card, and its body where that lay apart. */
async function deleteReplaced(table: Table, recording: Recording, replaced: Item | undefined) {
  if (replaced === undefined) return;
  const { conversation, contentHash } = recording;
  const { contentHash: hash, chunks } = replaced;
  if (typeof hash === 'string' && typeof chunks === 'number' && hash !== contentHash) {
    await deleteChunks(table, bodyAddress(conversation.id, hash), chunks);
  }
  const card = cardIn(replaced, conversation);
  if (!isSameKey(card, cardKeyOf(recording))) await table.delete(card);
}

/** A copy that has nothing to say leaves no card, but where it is the very one of the copy that is kept. */
async function deleteCard(table: Table, recording: Recording, kept: Item | undefined): Promise<void> {
  const card = cardKeyOf(recording);
  if (kept === undefined || !isSameKey(card, cardIn(kept, recording.conversation))) await table.delete(card);
}

const isSameKey = (one: Key, other: Key) => one.pk === other.pk && one.sk === other.sk;
