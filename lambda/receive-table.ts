import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientOptions, type CallLimits } from './platform/aws-clients.ts';
import { requiredEnv } from './platform/env.ts';
import { createPutClaimCheck } from './store/claim-check.ts';
import { createKeepRejected } from './store/rejected.ts';
import { createSpool } from './store/spool.ts';
import { createTable } from './store/table.ts';

/** Of refused bodies, compressed. */
const dailyBytes = 50 * 1024 * 1024;

/** What receive keeps in the table: the refused, the oversized and the stranded. Loaded when there is the first of them. */
export function openReceiveTable(limits: CallLimits, now: () => Date) {
  const table = createTable(new DynamoDBClient(awsClientOptions('DYNAMODB', limits)), requiredEnv('TABLE_NAME'));
  const retentionDays = Number(requiredEnv('REJECTED_RETENTION_DAYS'));
  return {
    putClaimCheck: createPutClaimCheck(table, now),
    spool: createSpool(table),
    keepRejected: createKeepRejected(table, { retentionDays, dailyBytes, now }),
  };
}
