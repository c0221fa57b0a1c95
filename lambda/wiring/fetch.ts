import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config/config.ts';
import type { HttpClient } from '../crm/http/http.ts';
import { createBatchHandler } from '../fetch/batch.ts';
import { createFetch } from '../fetch/fetch.ts';
import type { Log } from '../platform/logger.ts';
import { type Batch, createDefer, createEnqueue, createLease, createSend, type TimeLeft } from '../queue/queue.ts';
import { createReadToken, createSmartsuppApi } from '../smartsupp/api-client.ts';
import { writeFetchRequest } from '../smartsupp/fetch-request.ts';
import { createFetchedStates } from '../store/api-progress.ts';
import { createPutClaimCheck } from '../store/large-bodies.ts';
import { createKeepRejected } from '../store/rejected.ts';
import type { Table } from '../store/table.ts';
import { createHeldOf } from '../store/visitors.ts';

export type FetchParts = {
  readonly table: Table;
  readonly sqs: SQSClient;
  /** Of the chats. */
  readonly queueUrl: string;
  readonly fetchQueueUrl: string;
  readonly http: HttpClient;
  readonly apiUrl: string;
  readonly readToken: () => Promise<string>;
  readonly config: Pick<Config, 'retentionDays' | 'rejectedRetentionDays'>;
  readonly log: Log;
  readonly now: () => Date;
};

/** Time to put back what could not be fetched, before the function is stopped. */
const releaseMs = 5_000;

/** Fetch on a table and an HTTP client: what its handler and the simulation have in common. */
export function wireFetch({ table, sqs, queueUrl, http, config, log, now, ...parts }: FetchParts) {
  const { retentionDays, rejectedRetentionDays } = config;
  const fetchQueue = { sqs, queueUrl: parts.fetchQueueUrl, now };
  const requestFetch = createSend(fetchQueue);
  const handle = createBatchHandler({
    fetch: createFetch({
      api: createSmartsuppApi({ http, url: parts.apiUrl, token: createReadToken(parts.readToken) }),
      fetched: createFetchedStates(table, { retentionDays, now }),
      enqueue: createEnqueue({ sqs, queueUrl, putClaimCheck: createPutClaimCheck(table, now) }),
      heldOf: createHeldOf(table),
      requestFetch: (request) => requestFetch(writeFetchRequest(request)),
      keepRejected: createKeepRejected(table, { retentionDays: rejectedRetentionDays, dailyBytes: null, now }),
      log,
      now,
    }),
    lease: createLease(fetchQueue),
    defer: createDefer(fetchQueue),
    log,
    now,
  });
  return (event: Batch, context: TimeLeft) => {
    http.endBy(new Date(now().getTime() + context.getRemainingTimeInMillis() - releaseMs));
    return handle(event, context);
  };
}
