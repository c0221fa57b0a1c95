import { AttributeType, Billing, type ITable, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Stage } from './stages.ts';

export type ErasureJournalProps = Stage['table'] & {
  /** The name of an earlier stack's journal. Default: a new one. */
  readonly takeOver?: string | undefined;
};

/**
 * What was erased in the last weeks, in a table of its own: a conversation table that is restored to an earlier time must
 * forget it again. Only operators' commands use it.
 */
export class ErasureJournal extends Construct {
  readonly table: Pick<ITable, 'tableName'>;

  constructor(scope: Construct, id: string, { removalPolicy, deletionProtection, takeOver }: ErasureJournalProps) {
    super(scope, id);
    if (takeOver !== undefined) {
      this.table = TableV2.fromTableName(this, 'KeptTable', takeOver);
      return;
    }
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection,
      removalPolicy,
    });
  }
}
