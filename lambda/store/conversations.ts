import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { normaliseEmail, personKeys } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { Conversations, ReadBody, Recording } from '../delivering/ports.ts';
import { compress, decompress } from '../platform/compression.ts';
import { type ChunkAddress, deleteChunks, getChunks, putChunks } from './chunks.ts';
import { isErased } from './erasure.ts';
import { chatKey, chatPartition, expiresAt, personChatKey } from './keys.ts';
import { holds, type Item, isConditionFailure, type Table } from './table.ts';

/** Conversations in the table: a small header, and the body in chunks named by its content. */
export function createConversations(table: Table, options: { readonly retentionDays: number }): Conversations {
  const { documents, tableName } = table;

  return {
    record: async (recording) => {
      const { conversation, contentHash, revision, body, receivedAt } = recording;
      const known = await readHeader(table, conversation.id);
      if (known?.['contentHash'] === contentHash) return 'unchanged';
      if (isNewer(known, revision)) return 'superseded';

      // Everything that the header speaks of is there before the header is.
      const expires = expiresAt(receivedAt, options.retentionDays);
      const address = bodyAddress(conversation.id, contentHash);
      const [chunks] = await Promise.all([
        putChunks(table, address, await compress(Buffer.from(body)), expires),
        ...personItems(recording, expires).map((item) => putUnlessNewer(table, item)),
      ]);
      const Item = { ...header(conversation, receivedAt), contentHash, revision, chunks, expiresAt: expires };
      try {
        const { Attributes: replaced } = await documents.send(
          new PutCommand({
            TableName: tableName,
            Item,
            ConditionExpression: 'attribute_not_exists(pk) OR revision <= :revision',
            ExpressionAttributeValues: { ':revision': revision },
            ReturnValues: 'ALL_OLD',
          }),
        );
        await deleteReplacedBody(table, conversation.id, replaced, contentHash);
        return replaced === undefined ? 'first' : 'recorded';
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        const winner = await readHeader(table, conversation.id);
        if (winner?.['contentHash'] === contentHash) return 'unchanged';
        if (isErased(winner)) await takeBack(table, recording, chunks);
        return 'superseded';
      }
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

async function readHeader({ documents, tableName }: Table, conversationId: string): Promise<Item | undefined> {
  const Key = chatKey(conversationId);
  return (await documents.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item;
}

const bodyAddress = (conversationId: string, contentHash: string): ChunkAddress => ({
  pk: chatPartition(conversationId),
  prefix: `BODY#${contentHash.slice(0, 16)}#`,
});

function header(conversation: Conversation, receivedAt: Date) {
  return {
    ...chatKey(conversation.id),
    conversationId: conversation.id,
    outcome: conversation.outcome,
    receivedAt: receivedAt.toISOString(),
    listed: 'chat',
    listedAt: receivedAt.toISOString(),
  };
}

/** Under each key of the person that the chat is theirs, and what it tells of those of their chats that tell nothing. */
function personItems({ conversation, revision, phone, receivedAt }: Recording, expires: number): readonly Item[] {
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
const putUnlessNewer = ({ documents, tableName }: Table, item: Item) =>
  holds(
    documents.send(
      new PutCommand({
        TableName: tableName,
        Item: item,
        // Release 0.1 wrote none.
        ConditionExpression: 'attribute_not_exists(revision) OR revision <= :revision',
        ExpressionAttributeValues: { ':revision': item['revision'] },
      }),
    ),
  );

/** The chat was erased while this copy of it was being recorded. */
async function takeBack(table: Table, recording: Recording, chunks: number): Promise<void> {
  const { documents, tableName } = table;
  const { conversation, contentHash } = recording;
  await deleteChunks(table, bodyAddress(conversation.id, contentHash), chunks);
  for (const { pk, sk } of personItems(recording, 0)) {
    await documents.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }));
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
