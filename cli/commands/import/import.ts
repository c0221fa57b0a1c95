import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpClient } from '../../../lambda/crm/http/http.ts';
import { createSend } from '../../../lambda/queue/queue.ts';
import { createSmartsuppApi, type SmartsuppApi } from '../../../lambda/smartsupp/api-client.ts';
import { findMissing, patiently, walkPages } from '../../../lambda/smartsupp/api-walk.ts';
import { type FetchRequest, writeFetchRequest } from '../../../lambda/smartsupp/fetch-request.ts';
import { createReadFetchedStates } from '../../../lambda/store/api-progress.ts';
import { inBulk, startProgress, undelivered } from '../../lib/bulk.ts';
import { storedToken } from '../../lib/crms/credentials.ts';
import { type Deployment, depthOf, type Invocation, type Where } from '../../lib/deployment/deployment.ts';
import { confirmMany } from '../../lib/terminal/ask.ts';
import { CliError, UsageError } from '../../lib/terminal/errors.ts';
import { plural, print, printJson } from '../../lib/terminal/output.ts';
import { importFile } from './import-file.ts';
import { isHistory } from './read-file.ts';

type Options = {
  readonly since: Date | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
};

export async function importChats({ args, options, where, openDeployment }: Invocation<Options>): Promise<void> {
  const [file, ...others] = args;
  const { since } = options;
  if (others.length > 0 || (file === undefined) === (since === undefined)) {
    throw new UsageError('Give one file, or --since for what Smartsupp still has.');
  }
  if (since !== undefined) return importSince(since, await openDeployment(), { ...options, ...where });
  if (file !== undefined) await importFile(file, await openDeployment(), options);
}

/** Smartsupp may ask for more between two pages, but somebody is waiting at the terminal. */
const maxPauseMs = 2 * 60_000;

/** Asks fetch for every conversation that has ended since then and is not here, or is newer there. Safe to repeat. */
async function importSince(
  since: Date,
  deployment: Deployment,
  options: Options & Pick<Where, 'local'>,
): Promise<void> {
  const { api, accountId, fetchQueueUrl, close } = await openApi(deployment, options);
  try {
    const { listed, missing } = await listMissing(api, { accountId, since, deployment });
    const counts = { conversations: listed, missing: missing.length, here: listed - missing.length };
    if (options.dryRun) return printCounts(counts, since, { ...options, end: 'Nothing was changed.' });
    await confirmMany(missing.length, `Import ${plural(missing.length, 'conversation')}`, options);
    if (missing.length > 0) await request(missing, deployment, fetchQueueUrl);
    printCounts(counts, since, { ...options, end: `${plural(missing.length, 'conversation')} on the way.` });
  } finally {
    close();
  }
}

/** Smartsupp's REST API with the deployment's own token, and the queue of the conversations to fetch. */
async function openApi(deployment: Deployment, where: { readonly local: boolean }) {
  const { api } = deployment.config();
  const { ApiTokenSecretArn: secretId, FetchQueueUrl: fetchQueueUrl } = deployment.outputs;
  if (api === undefined || secretId === undefined || fetchQueueUrl === undefined) {
    throw new CliError(
      `${deployment.name} has no REST API of Smartsupp. Give forwarder.json an "api": { "accountId": "…" }, deploy, and store the token: npx forwarder secret api.`,
    );
  }
  const http = createHttpClient({ now: () => new Date() });
  const token = await storedToken(secretId, deployment, where);
  return {
    api: createSmartsuppApi({ http, url: api.url, token: async () => token }),
    accountId: api.accountId,
    fetchQueueUrl,
    close: http.close,
  };
}

type Listing = { readonly accountId: string; readonly since: Date; readonly deployment: Pick<Deployment, 'table'> };

async function listMissing(api: Pick<SmartsuppApi, 'search'>, { accountId, since, deployment }: Listing) {
  const now = new Date();
  const missingIn = findMissing({ accountId, fetched: createReadFetchedStates(deployment.table), why: 'import' });
  const search = patiently(api.search, { hasTimeFor: (pauseMs) => pauseMs <= maxPauseMs, sleep: (ms) => sleep(ms) });
  const missing: FetchRequest[] = [];
  let listed = 0;
  let progress: ReturnType<typeof startProgress> | undefined;
  try {
    const span = { finishedFrom: since, finishedTo: now, after: undefined, walked: 0 };
    for await (const { items, total } of walkPages(search, span)) {
      progress ??= startProgress(total ?? items.length);
      progress.remark('listed');
      const ended = new Map(items.map((item) => [String(item['id']), item['finished_at']]));
      for (const found of await missingIn(items)) {
        const isOld = 'conversationId' in found && isHistory(ended.get(found.conversationId), now);
        missing.push(isOld ? { ...found, isHistory: true } : found);
      }
      listed += items.length;
      for (const _ of items) progress.advance();
    }
  } finally {
    progress?.stop();
  }
  return { listed, missing };
}

async function request(missing: readonly FetchRequest[], deployment: Deployment, queueUrl: string): Promise<void> {
  const send = createSend({ sqs: deployment.sqs, queueUrl });
  const onTheWay = undelivered(deployment);
  const depth = async () => {
    const { messages, inFlight } = await depthOf(deployment, queueUrl);
    return messages + inFlight + (await onTheWay());
  };
  await inBulk({ deployment, items: missing, act: (each) => send(writeFetchRequest(each)), depth });
}

type Counts = { readonly conversations: number; readonly missing: number; readonly here: number };

function printCounts(
  { conversations, missing, here }: Counts,
  since: Date,
  { json, dryRun, end }: Pick<Options, 'json' | 'dryRun'> & { readonly end: string },
): void {
  if (json) {
    printJson({ conversations, [dryRun ? 'missing' : 'sent']: missing, here });
    return;
  }
  const head = `${plural(conversations, 'conversation')} since ${since.toISOString().slice(0, 10)}`;
  print(`${head}: ${missing} missing here, ${here} here already. ${end}`);
}
