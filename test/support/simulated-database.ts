import { Readable } from 'node:stream';
import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { HttpResponse } from '@smithy/core/protocols';
import type { Item } from '../../lambda/store/table.ts';
import { createDynamoDb, type DynamoDb, simulatedTable } from '../simulation/dynamodb.ts';
import type { ProbedTable } from './probed-table.ts';

/** The simulation's table, with AWS's own client to look into it. Nothing is behind in it, as in the embedded ones. */
export function simulatedDatabase() {
  return {
    newTable: async (): Promise<ProbedTable> => {
      const dynamo = createDynamoDb({ now: () => 0, lagMs: () => 0 });
      return {
        ...simulatedTable(dynamo, async (_what, effect) => effect()),
        documents: DynamoDBDocumentClient.from(clientOf(dynamo)),
        tableName: 'simulated',
      };
    },
    close: async () => {},
  };
}

type Values = Readonly<Record<string, AttributeValue>>;
type Input = { readonly Key?: Values; readonly Select?: string; readonly ExpressionAttributeValues?: Values };
type Request = { readonly headers: Readonly<Record<string, string>>; readonly body?: unknown };

/** Answers what the tests look with: GetItem, Query of a partition, and Scan without a filter. */
const clientOf = ({ items }: DynamoDb) =>
  new DynamoDBClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      handle: async ({ headers, body }: Request) => {
        const input = JSON.parse(body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));
        const answer = answerTo(String(headers['x-amz-target']?.split('.').at(-1)), input, [...items.values()]);
        return {
          response: new HttpResponse({
            statusCode: 200,
            headers: {},
            body: Readable.from([Buffer.from(JSON.stringify(answer))]),
          }),
        };
      },
    },
  });

function answerTo(command: string, input: Input, all: readonly Item[]): object {
  const { Key, Select, ExpressionAttributeValues: values } = input;
  if (command === 'GetItem') {
    const found = all.find(({ pk, sk }) => pk === Key?.['pk']?.S && sk === Key?.['sk']?.S);
    return found === undefined ? {} : { Item: toJson(found) };
  }
  const found = command === 'Query' ? all.filter(({ pk }) => pk === values?.[':pk']?.S) : all;
  return { Count: found.length, ...(Select !== 'COUNT' && { Items: found.map(toJson) }) };
}

/** As it goes over the wire, with bytes in base64. */
function toJson(item: Item): Record<string, AttributeValue> {
  return JSON.parse(
    JSON.stringify(marshall(item), (name, value) =>
      name === 'B' ? Buffer.from(Object.values<number>(value)).toString('base64') : value,
    ),
  );
}
