import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Delivery } from '../delivering/ledger.ts';
import type { Ledger } from '../delivering/ports.ts';
import { packAttempts, unpackAttempts } from './attempts.ts';
import { deliveryKey, expiresAt } from './keys.ts';
import { holds, type Item, type Table } from './table.ts';

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
        delivery: { ...delivery, earlier: packAttempts(delivery.earlier) },
        expiresAt: expiresAt(options.now(), options.retentionDays),
      };
      const isFirst = delivery.version === 1;
      return holds(
        documents.send(
          new PutCommand({
            TableName: tableName,
            Item,
            ConditionExpression: isFirst ? 'attribute_not_exists(pk)' : 'delivery.version = :known',
            ...(!isFirst && { ExpressionAttributeValues: { ':known': delivery.version - 1 } }),
          }),
        ),
      );
    },
  };
}

/**
 * Under what the index has a delivery. What is pending is listed by when it is due, what an operator must look at by since when; the rest is not. Nor is a
 * first attempt under way, which would cost two writes of the index for every chat: its message is on the queue, and
 * whoever receives it next, should this process die, lists the delivery.
 */
export function listing({ state, nextAttemptAt, leaseUntil, attempts, died, since, updatedAt }: Delivery) {
  const isUnderWay = leaseUntil !== null && attempts === 1 && died === 0;
  if (state === 'delivered' || state === 'skipped' || (state === 'pending' && isUnderWay)) return {};
  return { listed: state, listedAt: state === 'pending' ? (nextAttemptAt ?? leaseUntil ?? updatedAt) : since };
}

/** The delivery in an item that `write` wrote. */
export function readDelivery(item: Item | undefined): Delivery | undefined {
  const delivery = item?.['delivery'];
  if (!isDelivery(delivery)) return undefined;
  const { followUpId = null, durationMs = null, earlier } = delivery;
  return { ...delivery, followUpId, durationMs, earlier: unpackAttempts(earlier) };
}

/** Without what release 0.1 did not know. */
type Written = Omit<Delivery, 'followUpId' | 'durationMs' | 'earlier'> &
  Partial<Pick<Delivery, 'followUpId' | 'durationMs'>> & { readonly earlier?: unknown };

const isDelivery = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && 'version' in value && 'state' in value && 'contentHash' in value;
