import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Delivery } from '../delivering/ledger.ts';
import type { Ledger } from '../delivering/ports.ts';
import { deliveryKey, expiresAt } from './keys.ts';
import { type Item, isConditionFailure, type Table } from './table.ts';

/** Deliveries in the table. What is not delivered is listed by its state and time. */
export function createLedger(
  { documents, tableName }: Table,
  options: { readonly retentionDays: number; readonly now: () => Date },
): Ledger {
  return {
    read: async (conversationId, destination) => {
      const Key = deliveryKey(conversationId, destination);
      const { Item } = await documents.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
      return readDelivery(Item);
    },
    write: async (conversationId, delivery) => {
      const Item = {
        ...deliveryKey(conversationId, delivery.destination),
        ...listing(delivery),
        conversationId,
        destination: delivery.destination,
        delivery,
        expiresAt: expiresAt(options.now(), options.retentionDays),
      };
      try {
        await documents.send(
          new PutCommand({
            TableName: tableName,
            Item,
            ConditionExpression: delivery.version === 1 ? 'attribute_not_exists(pk)' : 'delivery.version = :known',
            ...(delivery.version === 1 ? {} : { ExpressionAttributeValues: { ':known': delivery.version - 1 } }),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}

/**
 * What is pending is listed by when it is due, what an operator must look at by since when; the rest is not. Nor is a
 * first attempt under way, which would cost two writes of the index for every chat: its message is on the queue, and
 * whoever receives it next, should this process die, lists the delivery.
 */
function listing({ state, nextAttemptAt, leaseUntil, attempts, died, since, updatedAt }: Delivery) {
  const isUnderWay = leaseUntil !== null && attempts === 1 && died === 0;
  if (state === 'delivered' || state === 'skipped' || (state === 'pending' && isUnderWay)) return {};
  return { listed: state, listedAt: state === 'pending' ? (nextAttemptAt ?? leaseUntil ?? updatedAt) : since };
}

/** The delivery in an item that `write` wrote. */
export function readDelivery(item: Item | undefined): Delivery | undefined {
  const delivery = item?.['delivery'];
  // Release 0.1 knew no follow-ups.
  return isDelivery(delivery) ? { ...delivery, followUpId: delivery.followUpId ?? null } : undefined;
}

const isDelivery = (value: unknown): value is Delivery =>
  typeof value === 'object' && value !== null && 'version' in value && 'state' in value && 'contentHash' in value;
