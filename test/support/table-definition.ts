import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

const key = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
];

const found = ['conversationId', 'outcome', 'email', 'phone', 'receivedAt'];

/** The table as `infra/` describes it, in CreateTable's own words. A test holds the two to each other. */
export const tableDefinition: Pick<
  CreateTableCommandInput,
  'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'
> = {
  AttributeDefinitions: ['pk', 'sk', 'listed', 'listedAt', 'visitor', 'visitorAt'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: key('pk', 'sk'),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'listing',
      KeySchema: key('listed', 'listedAt'),
      Projection: {
        ProjectionType: 'INCLUDE',
        NonKeyAttributes: [...found, 'delivery', 'reason', 'detail', 'faults', 'copies', 'dismissal'],
      },
    },
    {
      IndexName: 'byVisitor',
      KeySchema: key('visitor', 'visitorAt'),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...found, 'isFromWords'] },
    },
  ],
};
