import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import { readDelivery } from '../../../lambda/store/lists.ts';
import type { Item } from '../../../lambda/store/table.ts';
import { account, credentialsOf } from '../../../local/lib/settings.ts';
import type { Stack } from './stack.ts';

export type DeliveryRecord = { readonly conversationId: string; readonly delivery: Delivery; readonly listed: unknown };

/** What the forwarder itself says of what it has, straight from its queue and its table. */
export type Records = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Messages on the queue, whether they can be seen or not. */
  readonly messages: () => Promise<number>;
  /** Hooks that wait in the table for the sweep. */
  readonly waiting: () => Promise<number>;
  readonly deliveries: () => Promise<readonly DeliveryRecord[]>;
  /** All that is in the table. */
  readonly items: () => Promise<readonly Item[]>;
  /** Why bodies were rejected, one reason for each body that is kept. */
  readonly rejected: () => Promise<readonly string[]>;
};

/** Opens them as they are reached now; a restart of the stack changes the addresses. */
export async function openRecords(stack: Stack): Promise<Records> {
  const environment = await stack.environment();
  const client = { region: account.region, credentials: credentialsOf(environment['AWS_ACCESS_KEY_ID'] ?? '') };
  const sqs = new SQSClient({ ...client, endpoint: environment['AWS_ENDPOINT_URL_SQS'] ?? '' });
  const dynamodb = new DynamoDBClient({ ...client, endpoint: environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '' });
  const documents = DynamoDBDocumentClient.from(dynamodb);
  const queueUrl = environment['QUEUE_URL'] ?? '';

  /** The table and not its index: on the embedded server a kill may come between the two. */
  const scan = async (prefix?: string): Promise<readonly Item[]> => {
    const items: Item[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await documents.send(
        new ScanCommand({
          TableName: environment['TABLE_NAME'],
          ...(prefix !== undefined && {
            FilterExpression: 'begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':prefix': prefix },
          }),
          ExclusiveStartKey,
        }),
      );
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return items;
  };

  return {
    sqs,
    queueUrl,
    messages: async () => {
      const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] });
      const { Attributes = {} } = await sqs.send(command);
      const states = ['', 'NotVisible', 'Delayed'] as const;
      return states
        .map((state) => Number(Attributes[`ApproximateNumberOfMessages${state}`] ?? 0))
        .reduce((sum, count) => sum + count, 0);
    },
    waiting: async () => (await scan('SPOOL')).length,
    deliveries: async () =>
      (await scan('DELIVERY#')).flatMap((item) => {
        const delivery = readDelivery(item);
        if (delivery === undefined) return [];
        return [{ conversationId: String(item['conversationId']), delivery, listed: item['listed'] }];
      }),
    items: () => scan(),
    rejected: async () => (await scan('REJECTED')).map(({ reason, listed }) => `${listed}: ${reason}`),
  };
}
