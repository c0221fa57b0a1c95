import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { createReconcile } from '../../../lambda/reconcile/reconcile.ts';
import { createSmartsuppApi } from '../../../lambda/smartsupp/api-client.ts';
import { stateOf } from '../../../lambda/smartsupp/fetch-request.ts';
import { createFetchedStates, createWatermarks } from '../../../lambda/store/api-progress.ts';
import type { Table } from '../../../lambda/store/table.ts';
import { startFakeSmartsupp } from '../../support/fake-smartsupp.ts';
import { simulatedDatabase } from '../../support/simulated-database.ts';

const accountId = '208';
const token = 'a-token-of-the-fake';
/** A run looks back two hours, so all of them ended in that time. */
const spanMs = 100 * 60_000;
/** A call of Smartsupp's from a function in the same region. */
const latencyMs = 100;

export type Reconciled = {
  readonly calls: number;
  readonly tableCalls: number;
  readonly seconds: number;
  /** Asked to be fetched although they are known. */
  readonly requested: number;
};

/** One run of reconcile over conversations that were all fetched, with a fake Smartsupp over HTTP. */
export async function reconcileKnown(conversations: number, maxPage: number): Promise<Reconciled> {
  const fake = await startFakeSmartsupp({ token });
  const table = await simulatedDatabase().newTable();
  const now = new Date();
  const known = createFetchedStates(table, { retentionDays: 365, now: () => now });
  for (let at = 0; at < conversations; at += 1) {
    const endedAt = new Date(now.getTime() - Math.floor((at * spanMs) / conversations)).toISOString();
    const times = { created_at: endedAt, finished_at: endedAt, updated_at: endedAt };
    const conversation = { id: `co${at}`, status: 'closed', ...times };
    fake.put({ conversation, messages: [] });
    await known.record(`${accountId}:co${at}`, stateOf(conversation));
  }
  const http = createHttpClient({ now: () => new Date() });
  const { search } = createSmartsuppApi({ http, url: fake.url, token: async () => token });
  const counted = countCalls(table);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const run = createReconcile({
    accountId,
    search: async (query) => {
      await sleep(latencyMs);
      return search({ ...query, size: Math.min(query.size, maxPage) });
    },
    fetched: createFetchedStates(counted.table, { retentionDays: 365, now: () => now }).read,
    watermarks: createWatermarks(counted.table, accountId),
    requestFetches: async () => {},
    log,
    metrics: { count: () => {}, flush: () => {} },
    now: () => new Date(),
    sleep,
  });
  try {
    const begin = performance.now();
    const { calls, requested, listed } = await run(new Date(Date.now() + 60_000));
    const seconds = (performance.now() - begin) / 1000;
    if (listed !== conversations) throw new Error(`Of ${conversations} conversations ${listed} were listed.`);
    return { calls, tableCalls: counted.calls(), seconds, requested };
  } finally {
    http.close();
    await fake.close();
  }
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

function countCalls(table: Table) {
  let calls = 0;
  const counted =
    <Arguments extends readonly unknown[], Result>(call: (...args: Arguments) => Result) =>
    (...args: Arguments): Result => {
      calls += 1;
      return call(...args);
    };
  return {
    calls: () => calls,
    table: { ...table, get: counted(table.get), getMany: counted(table.getMany), put: counted(table.put) },
  };
}
