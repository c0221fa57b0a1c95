import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The one table, and how to speak to it. */
export type Table = { readonly documents: DynamoDBDocumentClient; readonly tableName: string };

export const createTable = (client: DynamoDBClient, tableName: string): Table => ({
  documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
  tableName,
});

export type Item = Record<string, unknown>;

/** DynamoDB said that the condition of a write did not hold: somebody else was there first. */
export const isConditionFailure = (error: unknown) =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** Whether the condition of a write held. */
export async function holds(conditionalWrite: Promise<unknown>): Promise<boolean> {
  try {
    await conditionalWrite;
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
