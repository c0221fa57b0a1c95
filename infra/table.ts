import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Stage } from './stages.ts';

const listing = 'listing';

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
      // Sparse: what people list by time (chats, what is parked or was refused) carries these attributes, nothing else.
      globalSecondaryIndexes: [
        {
          indexName: listing,
          partitionKey: text('listed'),
          sortKey: text('listedAt'),
          projectionType: ProjectionType.ALL,
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

  /** To look through what is listed by time. */
  grantListing(grantee: IGrantable): void {
    const index = `${this.table.tableArn}/index/${listing}`;
    Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns: [index] });
  }
}
