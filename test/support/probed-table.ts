import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTable } from '../../lambda/store/dynamodb-table.ts';
import type { Table } from '../../lambda/store/table.ts';

/** The store's own table, and AWS's own client to look into it with: so each is checked by the other. */
export type ProbedTable = Table & { readonly documents: DynamoDBDocumentClient; readonly tableName: string };

const region = 'eu-central-1';
/** What checks none. */
const anyCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export function probedTable(endpoint: string, tableName: string, credentials = anyCredentials): ProbedTable {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  return { ...createTable(client, tableName), documents: DynamoDBDocumentClient.from(client), tableName };
}
