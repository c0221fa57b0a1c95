import type { Hurry } from './platform/aws/call.ts';
import { openAws } from './platform/aws/open.ts';
import { requiredEnv } from './platform/env.ts';
import { createPutOverflow } from './store/overflow.ts';
import { createKeepRejected } from './store/rejected.ts';
import { createTable } from './store/table.ts';
import { createKeepWaiting } from './store/waiting.ts';

/** Of refused bodies, compressed. */
const dailyBytes = 50 * 1024 * 1024;

/** What receive keeps in the table: the refused, the oversized and the stranded. Loaded when there is the first of them. */
export function openReceiveTable(hurry: Hurry, now: () => Date) {
  const table = createTable(openAws('dynamodb', hurry), requiredEnv('TABLE_NAME'));
  const retentionDays = Number(requiredEnv('REJECTED_RETENTION_DAYS'));
  return {
    putOverflow: createPutOverflow(table, now),
    keepWaiting: createKeepWaiting(table),
    keepRejected: createKeepRejected(table, { retentionDays, dailyBytes, now }),
  };
}
