import { normaliseEmail, personKeys } from '../conversation/match-keys.ts';
import type { Conversations, ReadBody, Recording } from '../delivering/ports.ts';
import { compress, decompress } from '../platform/compression.ts';
import { type ChunkAddress, chunksOf, deleteChunks, getChunks, putChunks } from './chunks.ts';
import { isErased } from './erasure.ts';
import { chatKey, chatPartition, expiresAt, personChatKey } from './keys.ts';
import type { Item, Table } from './table.ts';

/** Conversations in the table: a small header, and the body in chunks named by its content. */
export function createConversations(table: Table, options: { readonly retentionDays: number }): Conversations {
  return {
    record: async (recording) => {
      const { conversation, contentHash, body, receivedAt, isLikelyKept } = recording;
      const bytes = await compress(Buffer.from(body));
      const chunks = chunksOf(bytes);
      const whereKept = async (kept: Item | undefined) => {
        if (kept?.['contentHash'] === contentHash) return 'unchanged';
        if (isErased(kept)) await takeBack(table, recording, chunks);
        return isNewer(kept, recording.revision) ? 'superseded' : undefined;
      };
      // One item is whole whoever writes it last; several are not to be mixed with another's of the same content.
      if (isLikelyKept || chunks > 1) {
        const known = await whereKept(await readHeader(table, conversation.id));
        if (known !== undefined) return known;
      }

      // Everything that the header speaks of is there before the header is.
      const expires = expiresAt(receivedAt, options.retentionDays);
      await Promise.all([
        putChunks(table, bodyAddress(conversation.id, contentHash), bytes, expires),
        ...personItems(recording, expires).map((item) => putUnlessNewer(table, item)),
      ]);
      const { held, old } = await putHeader(table, recording, { chunks, expiresAt: expires });
      if (!held) return (await whereKept(old ?? (await readHeader(table, conversation.id)))) ?? 'superseded';
      await deleteReplacedBody(table, conversation.id, old, contentHash);
      // A message that was handed out before may outlive what was kept of it, and leave a ledger that is to be looked at.
      return old === undefined && !isLikelyKept ? 'first' : 'recorded';
    },
  };
}

/** Reads the body of the newest copy, as it came; undefined where the conversation is not known. */
export function createReadBody(table: Table): ReadBody {
  return async (conversationId) => {
    const known = await readHeader(table, conversationId);
    if (known === undefined || isErased(known)) return undefined;
    const bytes = await getChunks(table, bodyAddress(conversationId, String(known['contentHash'])));
    return { body: (await decompress(bytes)).toString(), receivedAt: new Date(String(known['receivedAt'])) };
  };
}

const readHeader = (table: Table, conversationId: string) => table.get(chatKey(conversationId), { consistent: true });

const bodyAddress = (conversationId: string, contentHash: string): ChunkAddress => ({
  pk: chatPartition(conversationId),
  prefix: `BODY#${contentHash.slice(0, 16)}#`,
});

/** Unless it is there already, or a newer copy's. The first attempts stay those of whoever claimed them first. */
function putHeader(
  table: Table,
  recording: Recording,
  stored: { readonly chunks: number; readonly expiresAt: number },
) {
  const { conversation, contentHash, revision, firstAttempts } = recording;
  const receivedAt = recording.receivedAt.toISOString();
  const { id: conversationId, outcome } = conversation;
  const listed = { listed: 'chat', listedAt: receivedAt };
  const attributes = { conversationId, outcome, receivedAt, contentHash, revision, ...listed, ...stored };
  const names = Object.keys(attributes);
  return table.update(chatKey(conversationId), {
    update: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}, firstAttempts = if_not_exists(firstAttempts, :firstAttempts)`,
    condition: 'attribute_not_exists(pk) OR (revision <= :revision AND contentHash <> :contentHash)',
    values: Object.fromEntries(
      Object.entries({ ...attributes, firstAttempts }).map(([name, value]) => [`:${name}`, value]),
    ),
    returnsOld: true,
  });
}

/** Under each key of the person that the chat is theirs, and what it tells of those of their chats that tell nothing. */
function personItems({ conversation, revision, phone, receivedAt }: Recording, expires: number) {
  const email = normaliseEmail(conversation.visitor.email);
  return personKeys(conversation.visitor, phone).map((personKey) => ({
    ...personChatKey(personKey, conversation.id),
    email,
    phone,
    revision,
    receivedAt: receivedAt.toISOString(),
    expiresAt: expires,
  }));
}

/** An older copy of the chat, recorded at the same moment, does not unsay what a newer one tells. */
const putUnlessNewer = (table: Table, item: ReturnType<typeof personItems>[number]) =>
  table.put(item, {
    // Release 0.1 wrote none.
    condition: 'attribute_not_exists(revision) OR revision <= :revision',
    values: { ':revision': item.revision },
  });

/** The chat was erased before this copy of it came, or while it was being recorded. */
async function takeBack(table: Table, recording: Recording, chunks: number): Promise<void> {
  const { conversation, contentHash } = recording;
  await deleteChunks(table, bodyAddress(conversation.id, contentHash), chunks);
  for (const { pk, sk } of personItems(recording, 0)) {
    await table.delete({ pk, sk });
  }
}

/** Of one and the same copy, what this release makes of it counts: a former one may have read it otherwise. */
const isNewer = (known: Item | undefined, revision: string) =>
  typeof known?.['revision'] === 'string' && known['revision'] > revision;

async function deleteReplacedBody(table: Table, id: string, replaced: Item | undefined, contentHash: string) {
  const { contentHash: hash, chunks } = replaced ?? {};
  if (typeof hash !== 'string' || typeof chunks !== 'number' || hash === contentHash) return;
  await deleteChunks(table, bodyAddress(id, hash), chunks);
}
