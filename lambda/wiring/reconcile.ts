import type { SQSClient } from '@aws-sdk/client-sqs';
import type { HttpClient } from '../crm/http/http.ts';
import { createSendAll } from '../queue/queue.ts';
import { createReconcile, type ReconcileDependencies } from '../reconcile/reconcile.ts';
import { createReadToken, createSmartsuppApi } from '../smartsupp/api-client.ts';
import { writeFetchRequest } from '../smartsupp/fetch-request.ts';
import { createReadFetchedStates, createWatermarks } from '../store/api-progress.ts';
import type { Table } from '../store/table.ts';

export type ReconcileParts = Pick<ReconcileDependencies, 'accountId' | 'sleep' | 'log' | 'metrics' | 'now'> & {
  readonly table: Table;
  readonly sqs: SQSClient;
  readonly fetchQueueUrl: string;
  readonly http: HttpClient;
  readonly apiUrl: string;
  readonly readToken: () => Promise<string>;
};

/** Time to finish the page that was begun, and to write the watermark. */
const reserveMs = 10_000;

/** Reconcile on a table and an HTTP client: what its handler and the simulation have in common. */
export function wireReconcile({ table, sqs, fetchQueueUrl, http, apiUrl, readToken, ...parts }: ReconcileParts) {
  const sendAll = createSendAll({ sqs, queueUrl: fetchQueueUrl });
  const reconcile = createReconcile({
    ...parts,
    search: createSmartsuppApi({ http, url: apiUrl, token: createReadToken(readToken) }).search,
    fetched: createReadFetchedStates(table),
    watermarks: createWatermarks(table, parts.accountId),
    requestFetches: (requests) => sendAll(requests.map(writeFetchRequest)),
  });
  /** @param deadline when the function is stopped */
  return (deadline: Date) => {
    const until = new Date(deadline.getTime() - reserveMs);
    http.endBy(until);
    return reconcile(until);
  };
}
