import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ReadVersion, readDigests } from '../../../lambda/hook-key/digests.ts';
import { readSettings } from '../../../local/lib/settings.ts';
import { defineCommand, flag, yes } from '../../lib/define-command.ts';
import { cdkFlags, type Deployment, isDeployedKey, keyOf, type Where } from '../../lib/deployment/deployment.ts';
import { createAsker } from '../../lib/terminal/ask.ts';
import { CliError } from '../../lib/terminal/errors.ts';
import { uninterrupted } from '../../lib/terminal/interrupt.ts';
import { print } from '../../lib/terminal/output.ts';
import { noteWrapped, type Step, stepsText } from '../../lib/terminal/wrap.ts';

export const rotateKey = defineCommand({
  options: { retireOld: flag('makes the old key invalid, once Smartsupp posts to the new URL'), yes },
  example: ['rotate-key --retire-old', 'days later, when chats come by the new URL'],
  handler: async ({ options, where, commandLine, openDeployment }) => {
    const deployment = await openDeployment();
    if (where.local) refuseSetKey();
    if (options.retireOld) await retireOld(deployment, where, options);
    else await rotate(deployment, where);
    print(stepsText(nextSteps(where, commandLine, options)));
  },
});

async function rotate(deployment: Deployment, where: Where): Promise<void> {
  if ((await keysIn(deployment)) > 1) {
    throw new CliError(
      `The key before this one is still valid, and only two can be. Once nobody posts to the old URL any more, run ` +
        `${deployment.commandLine('rotate-key --retire-old')}, then this again.`,
    );
  }
  await put(deployment, where, newHookKey());
  noteWrapped(`✓ There is a new key. It becomes valid ${takenUp(where)}; the old one stays valid too.`);
}

async function retireOld(deployment: Deployment, where: Where, { yes }: { readonly yes: boolean }): Promise<void> {
  if ((await keysIn(deployment)) === 1) throw new CliError('There is one key only, and nothing to retire.');
  const current = keyOf(await deployment.hookUrl());
  if (!isDeployedKey(deployment.outputs, current)) {
    throw new CliError(
      `The new key is not valid yet, so nobody can be using it: it becomes so ${takenUp(where)}. Nothing was changed.`,
    );
  }
  const ask = createAsker({ yes });
  const question = {
    message: `Do all posts come by the new URL? The old one refuses them ${takenUp(where)}. Retire it`,
    flag: '--yes',
  };
  const isMeant = yes || (ask.isInteractive && (await ask.confirm({ ...question, fallback: false })));
  if (!isMeant) throw new CliError(`Nothing was changed.${ask.isInteractive ? '' : ' Add --yes to retire it.'}`);
  // The same value once more: what was current becomes the previous version, and the old key is out.
  await put(deployment, where, current);
  noteWrapped(`✓ The old key is retired. It becomes invalid ${takenUp(where)}.`);
}

/** As many as infra/ has CloudFormation make: 256 bits, without a character that a URL would escape. */
const keyLength = 43;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export const newHookKey = (): string =>
  Array.from({ length: keyLength }, () => alphabet[randomInt(alphabet.length)]).join('');

/** When what is in the secret counts. */
const takenUp = ({ local }: Where) => (local ? 'when npm start is started again' : 'with the next deployment');

async function keysIn({ secrets, outputs }: Deployment): Promise<number> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const read: ReadVersion = (SecretId, VersionStage) =>
    secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  return (await readDigests(read, outputs.HookKeySecretArn)).length;
}

/** Puts a value into the key's secret, and has the next deployment read it. */
async function put({ secrets, outputs }: Deployment, { local }: Where, key: string): Promise<void> {
  const file = resolve('cdk.json');
  // Before anything is changed: without it the deployment would not see the new value.
  const revision = local ? undefined : readRevision(file);
  const { PutSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  await uninterrupted(async () => {
    await secrets.send(new PutSecretValueCommand({ SecretId: outputs.HookKeySecretArn, SecretString: key }));
    if (revision !== undefined) writeRevision(file, revision + 1);
  });
  if (revision === undefined) return;
  noteWrapped(
    `✓ hookKeyRevision in cdk.json is ${revision + 1}: by that the deployment reads the secret again. Commit it.`,
  );
}

function refuseSetKey(): void {
  if (readSettings(process.env, process.cwd()).hookKey === undefined) return;
  throw new CliError(
    'The local stack has the key that FORWARDER_HOOK_KEY says. Change it there, and start npm start again.',
  );
}

function nextSteps(
  where: Where,
  commandLine: Deployment['commandLine'],
  { retireOld }: { readonly retireOld: boolean },
): readonly Step[] {
  const becomes = retireOld ? 'from then on the old key is refused' : 'makes the new key valid';
  const takeUp: Step = where.local
    ? ['npm start', `after stopping it: ${becomes}`]
    : [`npx cdk deploy${cdkFlags(where)}`, becomes];
  if (retireOld) return [takeUp];
  return [
    takeUp,
    [commandLine('url'), where.local ? 'the new URL' : 'the new URL, and the e-mail'],
    [
      commandLine('rotate-key --retire-old'),
      where.local ? 'once nothing posts to the old one' : 'once they post to it, days later',
    ],
  ];
}

const revisionIn = /("hookKeyRevision"\s*:\s*)(\d+)/;

/** What cdk.json says: when it changes, a deployment reads the hook's key again. */
export function readRevision(file: string): number {
  const [, , revision] = revisionIn.exec(read(file)) ?? [];
  if (revision !== undefined) return Number(revision);
  throw new CliError(`${file} has no number "hookKeyRevision" in its context. Put it there, as 1.`);
}

/** Changes that number, and no other byte. */
export const writeRevision = (file: string, revision: number): void =>
  writeFileSync(file, read(file).replace(revisionIn, `$1${revision}`));

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CliError(`Cannot read ${file}. Run this in the project's directory, from which you deploy.`);
  }
}
