import type { ApiConfig, Config } from '../../../lambda/config/config.ts';
import { createReconciledUntil, lastEventAt } from '../../../lambda/store/api-progress.ts';
import { storedToken, tryApi } from '../../lib/api.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { depthOf } from '../../lib/deployment/queues.ts';
import { plural } from '../../lib/terminal/output.ts';
import { inWords } from '../../lib/time.ts';
import { type Finding, findingsOf, ok, problem, warning } from './findings.ts';

/** A shop may be closed over a weekend. */
const maxSilenceMs = 4 * 24 * 60 * 60_000;

/** It runs every 15 minutes. */
const maxLagMs = 60 * 60_000;

/** Smartsupp's REST API and its webhooks; nothing if `api` is not configured. */
export async function checkSecondSource(
  { api }: Config,
  deployment: Deployment,
  { local }: { readonly local: boolean },
): Promise<readonly Finding[]> {
  if (api === undefined) return [];
  const findings = await Promise.all([
    findingsOf('REST API', () => checkToken(api, deployment, local)),
    findingsOf('webhooks', () => (api.webhooks ? checkWebhooks(deployment) : [])),
    findingsOf('reconcile', () => (api.reconcile ? checkReconcile(api, deployment) : [])),
    findingsOf('fetch queue', () => checkFetchQueue(deployment)),
  ]);
  return findings.flat();
}

async function checkToken(api: ApiConfig, deployment: Deployment, local: boolean): Promise<readonly Finding[]> {
  const { outputs, commandLine } = deployment;
  const secretId = outputs.ApiTokenSecretArn;
  if (secretId === undefined) {
    return [
      problem('REST API', 'It is configured, but not deployed.', local ? 'Restart npm start.' : 'npx cdk deploy'),
    ];
  }
  const refusal = await tryApi(api, await storedToken(secretId, deployment, { local }));
  if (refusal === undefined) return [ok('REST API', 'Smartsupp accepts the token.')];
  return [problem('REST API', refusal, `${commandLine('secret api')} stores another token.`)];
}

async function checkWebhooks({ table, commandLine }: Deployment): Promise<readonly Finding[]> {
  const last = await lastEventAt(table);
  if (last === undefined) {
    const remedy = `${commandLine('url')} has the e-mail that asks for them, ${commandLine('secret webhooks')} stores their secret.`;
    return [warning('webhooks', 'None with a valid signature has come yet.', remedy)];
  }
  const silentMs = Date.now() - last.getTime();
  const text = `The last one came ${inWords(silentMs)} ago.`;
  if (silentMs < maxSilenceMs) return [ok('webhooks', text)];
  const remedy = `If people chat, see the alarm WrongSignature, and ask Smartsupp whether they post to ${commandLine('url')}.`;
  return [warning('webhooks', text, remedy)];
}

async function checkReconcile({ accountId }: ApiConfig, { table }: Deployment): Promise<readonly Finding[]> {
  const reachedAt = await createReconciledUntil(table, accountId)();
  if (reachedAt === undefined) {
    return [warning('reconcile', 'It has not asked Smartsupp yet.', 'It does so every 15 minutes. See its log.')];
  }
  const lagMs = Date.now() - reachedAt.getTime();
  const text = `Everything that ended until ${inWords(lagMs)} ago is known.`;
  if (lagMs < maxLagMs) return [ok('reconcile', text)];
  return [problem('reconcile', text, 'It asks every 15 minutes: see its log, and whether the token is accepted.')];
}

async function checkFetchQueue(deployment: Deployment): Promise<readonly Finding[]> {
  const { FetchQueueUrl, FetchDeadLetterQueueUrl } = deployment.outputs;
  if (FetchQueueUrl === undefined || FetchDeadLetterQueueUrl === undefined) return [];
  const [queue, dead] = await Promise.all([
    depthOf(deployment, FetchQueueUrl),
    depthOf(deployment, FetchDeadLetterQueueUrl),
  ]);
  const waiting = queue.messages + queue.inFlight;
  return [
    ok('fetch queue', waiting === 0 ? 'Nothing waits to be fetched.' : `${plural(waiting, 'message')} to be fetched.`),
    ...(dead.messages === 0
      ? []
      : [
          problem(
            'fetch queue',
            `${plural(dead.messages, 'message')} could not be fetched for days.`,
            `See Fetch dead letters in docs/runbook.md, then ${deployment.commandLine('replay --dead-letters')}.`,
          ),
        ]),
  ];
}
