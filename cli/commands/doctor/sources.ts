import type { ApiConfig, Config } from '../../../lambda/config/config.ts';
import { createWatermarks, lastEventAt } from '../../../lambda/store/api-progress.ts';
import { storedToken } from '../../lib/crms/credentials.ts';
import { tryApi } from '../../lib/crms/try-credentials.ts';
import { type Deployment, depthOf, isDeployedKey, keyOf } from '../../lib/deployment/deployment.ts';
import { networkErrorOf } from '../../lib/terminal/errors.ts';
import { plural } from '../../lib/terminal/output.ts';
import { inWords } from '../../lib/time.ts';
import { type Finding, findingsOf, ok, problem, warning } from './findings.ts';

const timeoutMs = 35_000;
const deployAgain = 'Deploy (for the local stack, restart npm start)';

/** By a GET, which no alarm counts. */
export async function checkHook(deployment: Deployment): Promise<readonly Finding[]> {
  const { outputs } = deployment;
  const { origin } = new URL(outputs.HookUrl);
  const answer = await probe(`${outputs.HookUrl}probe`);
  if (typeof answer === 'string') {
    const text = `${origin} does not answer (${answer}).`;
    return [problem('hook', text, 'Is this machine online, and is the deployment complete?')];
  }
  const clock = clockFindings(answer.clockAheadMs);
  if (answer.status !== 405) {
    const text = `${origin} answers ${answer.status} to a probe, and not 405.`;
    return [...clock, problem('hook', text, 'See the log of receive.')];
  }
  return [...clock, ...(await keyFindings(deployment, origin))];
}

async function keyFindings(deployment: Deployment, origin: string): Promise<readonly Finding[]> {
  const { outputs, commandLine } = deployment;
  const key = keyOf(await deployment.hookUrl());
  if (!isDeployedKey(outputs, key)) {
    return [warning('hook', 'Its new key is not valid yet.', `${deployAgain}, then ${commandLine('url')}.`)];
  }
  if (outputs.HookKeyDigests.split(',').length === 1) return [ok('hook', `It answers at ${origin}.`)];
  const remedy = `${commandLine('rotate-key --retire-old')}, once Smartsupp posts to the new URL.`;
  return [warning('hook', `It answers at ${origin}. The previous key is valid too.`, remedy)];
}

/** Returns the network's error if nothing answers. */
async function probe(url: string): Promise<{ readonly status: number; readonly clockAheadMs: number } | string> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const { status, headers } = await fetch(url, { signal });
    const date = Date.parse(headers.get('date') ?? '');
    return { status, clockAheadMs: Number.isNaN(date) ? 0 : Date.now() - date };
  } catch (error) {
    return networkErrorOf(error);
  }
}

/** AWS refuses requests that are five minutes off. The header has full seconds, and the answer took a while. */
const maxClockMs = 60_000;

const clockFindings = (aheadMs: number): readonly Finding[] =>
  Math.abs(aheadMs) < maxClockMs
    ? []
    : [
        warning(
          'clock',
          `This machine's clock is ${inWords(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead' : 'behind'}.`,
          'Set it right, by NTP for one. AWS refuses requests that are more than five minutes off.',
        ),
      ];

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
  const watermark = await createWatermarks(table, accountId).read();
  if (watermark === undefined) {
    return [warning('reconcile', 'It has not asked Smartsupp yet.', 'It does so every 15 minutes. See its log.')];
  }
  const lagMs = Date.now() - Date.parse(watermark.reachedAt);
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
