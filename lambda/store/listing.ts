import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Outcome } from '../conversation/model.ts';
import type { ConversationStatus, DeliveryStatus } from '../conversation/status.ts';
import { chatPartition, deliveryPrefix } from './keys.ts';
import { readDelivery } from './ledger.ts';
import type { Item, Table } from './table.ts';

type Listing = {
  /** The conversations received last, newest first, each with its deliveries. */
  readonly recent: (limit: number) => Promise<readonly ConversationStatus[]>;
};

/** What lies in the table, for people to look at. */
export function createListing({ documents, tableName }: Table): Listing {
  const deliveriesOf = async (conversationId: string): Promise<readonly DeliveryStatus[]> => {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': chatPartition(conversationId), ':prefix': deliveryPrefix },
      }),
    );
    return Items.flatMap((item) => {
      const delivery = readDelivery(item);
      if (delivery === undefined) return [];
      const { destination, state, attempts, reason, nextAttemptAt, updatedAt } = delivery;
      return [{ destination, state, attempts, reason, nextAttemptAt, updatedAt }];
    });
  };

  return {
    recent: async (limit) => {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'listing',
          KeyConditionExpression: 'listed = :chat',
          ExpressionAttributeValues: { ':chat': 'chat' },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return Promise.all(
        Items.flatMap(readHeader).map(async (header) => ({
          ...header,
          deliveries: await deliveriesOf(header.conversationId),
        })),
      );
    },
  };
}

const outcomes: ReadonlySet<unknown> = new Set<Outcome>(['answered', 'missed', 'offline', 'dropped', 'automatic']);
const isOutcome = (value: unknown): value is Outcome => outcomes.has(value);

function readHeader({ conversationId, outcome, receivedAt }: Item): Omit<ConversationStatus, 'deliveries'>[] {
  return typeof conversationId === 'string' && typeof receivedAt === 'string' && isOutcome(outcome)
    ? [{ conversationId, outcome, receivedAt }]
    : [];
}
