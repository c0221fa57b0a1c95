import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientOptions, type CallLimits } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createTable } from './store/dynamodb-table.ts';
import { createPutClaimCheck } from './store/large-bodies.ts';
import { createKeepRejected } from './store/rejected.ts';
import { createSpool } from './store/spool.ts';

/** For refused bodies, compressed. */
const dailyBytes = 50 * 1024 * 1024;

/** Loaded when receive first needs the table: for refused bodies, claim checks and spooled hooks. */
export function openReceiveTable(limits: CallLimits, now: () => Date) {
  const table = createTable(new DynamoDBClient(awsClientOptions('DYNAMODB', limits)), requiredEnv('TABLE_NAME'));
  const retentionDays = Number(requiredEnv('REJECTED_RETENTION_DAYS'));
  return {
    putClaimCheck: createPutClaimCheck(table, now),
    spool: createSpool(table),
    keepRejected: createKeepRejected(table, { retentionDays, dailyBytes, now }),
  };
}
