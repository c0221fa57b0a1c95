import type { Conversations, ReadBody, Recording } from '../delivering/ports.ts';
import { compress, decompress } from '../platform/compression.ts';
import { cardIn, cardKeyOf, createPutCard, formerCardIn, isSameKey, settingCard, toCard } from './cards.ts';
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
      const isOfSame = (header: Item | undefined) => header?.['contentHash'] === contentHash;

      if (isLikelyKept || !isWithin(bytes)) {
        const kept = await readHeader(table, conversation.id);
        // One item is whole whoever writes it last; several are not to be mixed with another's of the same content.
        if (isCurrent(kept, recording) || (isOfSame(kept) && !isWithin(bytes))) {
          await giveWay(table, recording, bytes, kept);
          return isOfSame(kept) ? { kind: 'unchanged', chats: await chatsOf(conversation) } : { kind: 'superseded' };
        }
      }

      // Everything that the header speaks of is there before the header is, and before the visitor's chats are looked at.
      await Promise.all([
        putCard(toCard(recording, stored.expiresAt)),
        ...(isWithin(bytes) ? [] : [putBody(table, recording, stored)]),
      ]);
      const [{ held, old }, chats] = await Promise.all([putHeader(table, recording, stored), chatsOf(conversation)]);
      const before = held ? old : (old ?? (await readHeader(table, conversation.id)));
      if (held) await deleteReplaced(table, recording, before);
      else await giveWay(table, recording, bytes, before);
      if (isOfSame(before)) return { kind: 'unchanged', chats };
      if (!held) return { kind: 'superseded' };
      // A message that was handed out before may outlive what was kept of it, and leave a ledger that is to be looked at.
      return { kind: before === undefined && !isLikelyKept ? 'first' : 'recorded', chats };
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

type UnerasedBody = {
  readonly body: string;
  readonly receivedAt: Date;
  /** Where the chat's card lies. Release 0.1 did not tell. */
  readonly card: Key | undefined;
};

/** The same, also where an erasure has begun: `erased` where it has come so far that there is no body any more. */
export function createReadUnerased(table: Table) {
  return async (conversationId: string): Promise<UnerasedBody | 'erased' | undefined> => {
    const known = await readHeader(table, conversationId);
    if (known === undefined) return undefined;
    if (isErased(known) && hashBeforeErasure(known) === undefined) return 'erased';
    return { ...(await readStored(table, conversationId, known)), card: cardIn(known) };
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
  const card = settingCard(cardKeyOf(recording));
  const attributes = {
    receivedAt: recording.receivedAt.toISOString(),
    contentHash,
    revision,
    ...(isWithin(bytes) ? { body: bytes, chunks: 0 } : { chunks: chunksOf(bytes) }),
    expiresAt,
  };
  const set = [
    ...Object.keys(attributes).map((name) => `${name} = :${name}`),
    ...card.set,
    'firstAttempts = if_not_exists(firstAttempts, :firstAttempts)',
  ];
  // Release 0.1 listed headers, and kept what its cards tell now.
  const gone = ['conversationId', 'outcome', 'listed', 'listedAt', ...(isWithin(bytes) ? [] : ['body'])];
  const values = Object.entries({ ...attributes, firstAttempts }).map(([name, value]) => [`:${name}`, value]);
  return table.update(chatKey(conversation.id), {
    update: `SET ${set.join(', ')} REMOVE ${gone.join(', ')}`,
    // What `isCurrent` says. Of one and the same copy, what this release makes of it counts: a former one may have read it
    // otherwise.
    condition:
      'attribute_not_exists(pk) OR revision < :revision OR (revision = :revision AND contentHash <> :contentHash)',
    values: { ...Object.fromEntries(values), ...card.values },
    returnsOld: true,
  });
}

/** Whether what is kept is this copy, or a newer one. */
function isCurrent(kept: Item | undefined, { revision, contentHash }: Recording): boolean {
  const known = kept?.['revision'];
  if (typeof known !== 'string') return false;
  return known > revision || (known === revision && kept?.['contentHash'] === contentHash);
}

/** What only the copies before spoke of: their cards, and a body where that lay apart. */
async function deleteReplaced(table: Table, recording: Recording, replaced: Item | undefined) {
  const { conversation, contentHash } = recording;
  const { contentHash: hash, chunks } = replaced ?? {};
  if (typeof hash === 'string' && typeof chunks === 'number' && hash !== contentHash) {
    await deleteChunks(table, bodyAddress(conversation.id, hash), chunks);
  }
  await deleteCards(table, [cardIn(replaced), formerCardIn(replaced)], cardKeyOf(recording));
}

/**
 * Another copy is kept: this one leaves no card, but where it is the very same, nor does the one before. Where the chat was
 * erased, before this copy of it came or while it was being recorded, it leaves no body either. What the header still
 * speaks of is left to an erasure that has not ended.
 */
async function giveWay(table: Table, recording: Recording, bytes: Uint8Array, kept: Item | undefined) {
  const { conversation, contentHash } = recording;
  if (isErased(kept) && !isWithin(bytes) && contentHash !== hashBeforeErasure(kept)) {
    await deleteChunks(table, bodyAddress(conversation.id, contentHash), chunksOf(bytes));
  }
  // An older header of the same content may yet be replaced by this copy's, wherever that is being handled, too.
  const own = kept === undefined || isCurrent(kept, recording) ? cardKeyOf(recording) : undefined;
  await deleteCards(table, [own, formerCardIn(kept)], cardIn(kept));
}

async function deleteCards(table: Table, cards: readonly (Key | undefined)[], current: Key | undefined) {
  for (const card of cards) if (card !== undefined && !isSameKey(card, current)) await table.delete(card);
}
