import { type Deployment, isDeployedKey, keyOf } from '../../lib/deployment/deployment.ts';
import { networkErrorOf } from '../../lib/terminal/errors.ts';
import { inWords } from '../../lib/time.ts';
import { type Finding, ok, problem, warning } from './findings.ts';

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
