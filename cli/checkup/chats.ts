import { createRecords } from '../../lambda/store/records.ts';
import { depthOf } from '../bulk.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { isDeployedKey, keyOf } from '../hook-key.ts';
import { daysBefore, inWords } from '../terminal/time.ts';
import { type Finding, findingsOf, ok, problem, warning } from './finding.ts';

/** Longer than the front door keeps anybody waiting. */
const patienceMs = 35_000;
/** The sweep comes every five minutes: what waits for longer was left by it. */
const longestWaitMs = 15 * 60_000;
/** More are not counted. */
const mostCounted = 1000;

/** Whether chats come in, and whether they get on. */
export async function checkChats(deployment: Deployment): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    findingsOf('hook', () => checkHook(deployment)),
    findingsOf('queue', () => checkQueue(deployment)),
    findingsOf('chats', () => checkRecords(deployment)),
  ]);
  return findings.flat();
}

/** With a key that opens nothing, so that nothing comes in. */
async function checkHook(deployment: Deployment): Promise<readonly Finding[]> {
  const { outputs, commandLine } = deployment;
  const { origin } = new URL(outputs.HookUrl);
  const status = await statusOf(`${outputs.HookUrl}no-key`);
  if (status === undefined) {
    return [problem('hook', `${origin} does not answer.`, 'Is this machine online, and the deployment whole?')];
  }
  if (status !== 404) {
    const text = `${origin} answers ${status} to a wrong key, and not 404.`;
    return [problem('hook', text, 'Look at the log of receive; the dashboard links to it.')];
  }
  const key = keyOf(await deployment.hookUrl());
  if (!isDeployedKey(outputs, key)) {
    return [warning('hook', 'Its new key waits for a deployment.', `Deploy, then ${commandLine('url')}.`)];
  }
  if (outputs.HookKeyDigests.split(',').length === 1) return [ok('hook', `It answers at ${origin}.`)];
  const remedy = `${commandLine('rotate-key --retire-old')}, once Smartsupp posts to the new URL.`;
  return [warning('hook', `It answers at ${origin}. The key before this one is valid too.`, remedy)];
}

async function statusOf(url: string): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    return (await fetch(url, { method: 'POST', body: '{}', signal })).status;
  } catch {
    return undefined;
  }
}

async function checkQueue(deployment: Deployment): Promise<readonly Finding[]> {
  const { outputs, commandLine } = deployment;
  const [{ messages, inFlight }, dead] = await Promise.all([
    depthOf(deployment, outputs.QueueUrl),
    depthOf(deployment, outputs.DeadLetterQueueUrl),
  ]);
  return [
    ok('queue', `${messages} to be worked on, ${inFlight} being worked on or put off`),
    dead.messages === 0
      ? ok('dead letters', 'none')
      : problem(
          'dead letters',
          `${dead.messages} messages ended the function itself.`,
          commandLine('replay --dead-letters'),
        ),
  ];
}

async function checkRecords({ table, commandLine }: Deployment): Promise<readonly Finding[]> {
  const records = createRecords(table);
  const now = new Date();
  const [parked, rejected, oldest] = await Promise.all([
    count(records.deliveries('parked')),
    count(records.rejected(daysBefore(now, 7))),
    first(records.waiting()),
  ]);
  const waited = oldest === undefined ? 0 : now.getTime() - Date.parse(oldest);
  const show = (state: string) => `${commandLine(`list --state ${state}`)} shows why; replay sends them again.`;
  return [
    parked === 0 ? ok('parked', 'none') : warning('parked', `${counted(parked)} given up.`, show('parked')),
    rejected === 0
      ? ok('rejected', 'none in 7 days')
      : warning('rejected', `${counted(rejected)} refused in 7 days.`, show('rejected')),
    ...(waited > longestWaitMs
      ? [problem('sweep', `A chat waits in the table for ${inWords(waited)}.`, 'Look at the log of sweep.')]
      : []),
  ];
}

const counted = (count: number) =>
  count >= mostCounted ? `${count} or more were` : `${count} ${count === 1 ? 'was' : 'were'}`;

async function count(items: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const _ of items) {
    found += 1;
    if (found >= mostCounted) break;
  }
  return found;
}

async function first<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}
