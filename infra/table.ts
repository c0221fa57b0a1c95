import { AttributeType, Billing, type ITable, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Stage } from './stages.ts';

type IndexName = 'listing' | 'byVisitor';

/** Never a body, since an index stores its attributes a second time. */
const projected = ['conversationId', 'outcome', 'email', 'phone', 'receivedAt'];

const text = (name: string) => ({ name, type: AttributeType.STRING });

export type ConversationTableProps = Stage['table'] & {
  /** The name of a table to use as it is, such as one that was restored. Default: a new table. */
  readonly takeOver?: string | undefined;
};

/** Every conversation with its deliveries, restorable to any second of the last 35 days. */
export class ConversationTable extends Construct {
  readonly table: Pick<ITable, 'tableName' | 'tableArn'>;

  constructor(scope: Construct, id: string, { removalPolicy, deletionProtection, takeOver }: ConversationTableProps) {
    super(scope, id);
    if (takeOver !== undefined) {
      this.table = TableV2.fromTableName(this, 'KeptTable', takeOver);
      return;
    }
    this.table = new TableV2(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      // Sparse: only items with these keys are in an index.
      globalSecondaryIndexes: [
        {
          indexName: 'listing' satisfies IndexName,
          partitionKey: text('listed'),
          sortKey: text('listedAt'),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...projected, 'delivery', 'reason', 'detail', 'faults', 'copies', 'chunks', 'dismissal'],
        },
        {
          indexName: 'byVisitor' satisfies IndexName,
          partitionKey: text('visitor'),
          sortKey: text('visitorAt'),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...projected, 'isFromWords'],
        },
      ],
      timeToLiveAttribute: 'expiresAt',
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection,
      removalPolicy,
    });
  }

  /** Grants these actions on the table alone: `TableV2.grant` adds every index. */
  grant(grantee: IGrantable, ...actions: readonly `dynamodb:${string}`[]): void {
    Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [this.table.tableArn] });
  }

  /**
   * Grants writes to these partitions that return nothing of what was there. A request without `ReturnValues` means NONE.
   * @param partitions IAM patterns, with `*` for any text
   */
  grantWriteOnly(
    grantee: IGrantable,
    partitions: readonly string[],
    actions: readonly ('dynamodb:PutItem' | 'dynamodb:UpdateItem')[] = ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
  ): void {
    Grant.addToPrincipal({
      grantee,
      actions: [...actions],
      resourceArns: [this.table.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...partitions] },
        StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE'] },
      },
    });
  }

  /** Grants queries of these indexes. */
  grantIndexes(grantee: IGrantable, ...indexes: readonly IndexName[]): void {
    const resourceArns = indexes.map((index) => `${this.table.tableArn}/index/${index}`);
    Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns });
  }
}
