import { AttributeType, Billing, type ITable, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Stage } from './stages.ts';

type IndexName = 'listing' | 'byVisitor';

/** Never a body, since an index stores its attributes a second time. */
const projected = ['conversationId', 'outcome', 'email', 'phone', 'receivedAt'];

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** What both tables share: keys, expiry, backups and protection. */
const durable = ({ removalPolicy, deletionProtection }: Stage['table']) => ({
  partitionKey: text('pk'),
  sortKey: text('sk'),
  timeToLiveAttribute: 'expiresAt',
  billing: Billing.onDemand(),
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  deletionProtection,
  removalPolicy,
});

export type ConversationTableProps = Stage['table'] & {
  /** The name of a table, for example a restored one, which is used as it is. Default: a new table. */
  readonly takeOver?: string | undefined;
};

/** Every conversation with its deliveries, restorable to any second of the last 35 days. */
export class ConversationTable extends Construct {
  readonly table: Pick<ITable, 'tableName' | 'tableArn'>;

  constructor(scope: Construct, id: string, { takeOver, ...kept }: ConversationTableProps) {
    super(scope, id);
    if (takeOver !== undefined) {
      this.table = TableV2.fromTableName(this, 'KeptTable', takeOver);
      return;
    }
    this.table = new TableV2(this, 'Table', {
      ...durable(kept),
      // Sparse: only items with these keys are in an index.
      globalSecondaryIndexes: [
        {
          indexName: 'listing' satisfies IndexName,
          partitionKey: text('listed'),
          sortKey: text('listedAt'),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...projected, 'delivery', 'reason', 'detail', 'faults', 'copies', 'dismissal'],
        },
        {
          indexName: 'byVisitor' satisfies IndexName,
          partitionKey: text('visitor'),
          sortKey: text('visitorAt'),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...projected, 'isFromWords'],
        },
      ],
    });
  }

  /** Grants these actions on the table alone: `TableV2.grant` adds every index. */
  grant(grantee: IGrantable, ...actions: readonly `dynamodb:${string}`[]): void {
    Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [this.table.tableArn] });
  }

  /**
   * Grants writes to these partitions that return no earlier values. A request without `ReturnValues` means NONE.
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

export type ErasureJournalProps = Stage['table'] & {
  /** The name of an earlier stack's journal, which is used as it is. Default: a new journal. */
  readonly takeOver?: string | undefined;
};

/**
 * The erasures of the last weeks, in a table of their own: a conversation table that is restored to an earlier time must
 * repeat them. Only operators' commands use it.
 */
export class ErasureJournal extends Construct {
  readonly table: Pick<ITable, 'tableName'>;

  constructor(scope: Construct, id: string, { takeOver, ...kept }: ErasureJournalProps) {
    super(scope, id);
    if (takeOver !== undefined) {
      this.table = TableV2.fromTableName(this, 'KeptTable', takeOver);
      return;
    }
    this.table = new TableV2(this, 'Table', durable(kept));
  }
}
