import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createFunction } from '../../../local/lambda/pool.ts';
import { account, credentialsOf } from '../../../local/lib/settings.ts';
import { provisionTables } from '../../../local/provision/queues-and-tables.ts';
import { startDynamoDbLocal } from '../../support/dynamodb-local.ts';
import { openBenchStack } from './bench-stack.ts';
import { bodyOf } from './chats.ts';
import { startCountingDynamoDb, type Units } from './counting-dynamodb.ts';
import { assertAllDelivered, eventOf } from './deliveries.ts';
import { hubspot } from './hubspot.ts';
import { once } from './run.ts';

export type StoreUnits = Readonly<
  Record<'3 KB' | '60 KB', { readonly newVisitor: Units; readonly knownVisitor: Units }>
>;

/**
 * What the table is charged for one chat, from its first write until it is delivered to HubSpot: the deployed deliver on
 * AWS's own DynamoDB Local.
 */
export const storeUnits = once(async (): Promise<StoreUnits> => {
  await (await hubspot()).begin(0);
  const stack = await openBenchStack();
  const database = await startDynamoDbLocal();
  const counting = await startCountingDynamoDb(database.endpoint);
  const credentials = credentialsOf(stack.endpoints.accessKey);
  const client = new DynamoDBClient({ endpoint: database.endpoint, region: account.region, credentials });
  await provisionTables(client, stack.tables);
  const deliver = createFunction({
    definition: stack.deliver,
    endpoints: { ...stack.endpoints, dynamodb: counting.endpoint },
    log: () => {},
  });
  const unitsOf = async (body: string): Promise<Units> => {
    const event = await eventOf(stack, [body]);
    counting.take();
    const result = await deliver.invoke(event);
    assertAllDelivered(result.succeeded ? result.payload : JSON.stringify(result.error));
    return counting.take();
  };
  try {
    await unitsOf(bodyOf('3 KB', { number: 1 }));
    return {
      '3 KB': {
        newVisitor: await unitsOf(bodyOf('3 KB', { number: 2 })),
        knownVisitor: await unitsOf(bodyOf('3 KB', { number: 3, visitor: 2 })),
      },
      '60 KB': {
        newVisitor: await unitsOf(bodyOf('60 KB', { number: 4 })),
        knownVisitor: await unitsOf(bodyOf('60 KB', { number: 5, visitor: 4 })),
      },
    };
  } finally {
    await deliver.stop();
    client.destroy();
    counting.close();
    await database.close();
    await stack.close();
  }
});
