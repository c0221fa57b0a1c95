import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Stage } from './stages.ts';

/** What is listed by time, and a visitor's chats. */
type IndexName = 'listing' | 'byVisitor';

/** Never a body: an index holds once more all that it includes. */
const found = ['conversationId', 'outcome', 'email', 'phone', 'isFromWords', 'receivedAt'];

const text = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * Every conversation, and what became of it. This is the truth that everything can be delivered from again: it can be
 * put back to any second of the last 35 days, and where the stage says so it outlives the stack and cannot be deleted by
 * a slip.
 */
export class ConversationTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { removalPolicy, deletionProtection }: Stage['table']) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      // Sparse: only what is listed, or found by its visitor, carries their keys.
      globalSecondaryIndexes: [
        {
          indexName: 'listing' satisfies IndexName,
          partitionKey: text('listed'),
          sortKey: text('listedAt'),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...found, 'delivery', 'reason', 'detail', 'faults', 'copies', 'chunks'],
        },
        {
          indexName: 'byVisitor' satisfies IndexName,
          partitionKey: text('visitor'),
          sortKey: text('visitorAt'),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: found,
        },
      ],
      timeToLiveAttribute: 'expiresAt',
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection,
      removalPolicy,
    });
  }

  /** Exactly these actions, on the items alone: `TableV2.grant` would add every index. */
  grant(grantee: IGrantable, ...actions: readonly `dynamodb:${string}`[]): void {
    Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [this.table.tableArn] });
  }

  /** To look through these indexes. */
  grantIndexes(grantee: IGrantable, ...indexes: readonly IndexName[]): void {
    const resourceArns = indexes.map((index) => `${this.table.tableArn}/index/${index}`);
    Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns });
  }
}
