import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ReadBody } from '../delivering/ports.ts';
import type { OverdueDelivery } from '../sweeping/sweep.ts';
import { holds, type Table } from './table.ts';

export type OverdueOptions = {
  readonly readBody: ReadBody;
  readonly now: () => Date;
};

/** Pending deliveries by when they were due. */
export function createListOverdue({ documents, tableName }: Table, { readBody, now }: OverdueOptions) {
  return async (before: Date, limit: number): Promise<readonly OverdueDelivery[]> => {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: 'listing',
        KeyConditionExpression: 'listed = :pending AND listedAt < :before',
        ExpressionAttributeValues: { ':pending': 'pending', ':before': before.toISOString() },
        Limit: limit,
      }),
    );
    return Items.map(({ pk, sk, listedAt, conversationId, destination }) => ({
      conversationId: String(conversationId),
      destination: String(destination),
      read: async () => {
        const stored = await readBody(String(conversationId));
        if (stored === undefined) throw new ConversationGone(String(conversationId));
        return stored;
      },
      touch: async () => {
        const update = new UpdateCommand({
          TableName: tableName,
          Key: { pk, sk },
          UpdateExpression: 'SET listedAt = :now',
          // Unless it was attempted meanwhile: then it is listed by its new time.
          ConditionExpression: 'listedAt = :seen',
          ExpressionAttributeValues: { ':now': now().toISOString(), ':seen': listedAt },
        });
        await holds(documents.send(update));
      },
    }));
  };
}

class ConversationGone extends Error {
  override readonly name = 'ConversationGone';
  constructor(conversationId: string) {
    super(`${conversationId} has a pending delivery, but is not in the table any more.`);
  }
}
