import { resolve } from 'node:path';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Command } from 'commander';
import { type ReadVersion, readDigests } from '../../../lambda/hook-key/digests.ts';
import { readSettings } from '../../../local/settings.ts';
import { commandLineOf, type Deployment, openDeployment, type Where, whereOf } from '../../lib/deployment/deployment.ts';
import { CliError } from '../../lib/terminal/errors.ts';
import { isDeployedKey, keyOf, newHookKey } from '../../lib/hook-key.ts';
import { readRevision, writeRevision } from './revision.ts';
import { uninterrupted } from '../../lib/terminal/interrupt.ts';
import { example } from '../../lib/options.ts';
import { cdkFlags } from '../init/next-steps.ts';
import { createAsker } from '../../lib/terminal/ask.ts';
import { print } from '../../lib/terminal/output.ts';
import { type Step, stepsText } from '../../lib/terminal/steps.ts';
import { noteWrapped } from '../../lib/terminal/wrap.ts';

type Options = { readonly retireOld?: true; readonly yes?: true };

export function rotateKey(program: Command): void {
  program
    .command('rotate-key')
    .description("Gives the hook's URL a new key. The old one stays valid until --retire-old.")
    .option('--retire-old', 'makes the old key invalid, once Smartsupp posts to the new URL')
    .option('--yes', 'does not ask')
    .addHelpText('after', example('rotate-key --retire-old', 'days later, when chats come by the new URL'))
    .action(async (options: Options, command: Command) => {
      const where = whereOf(command);
      const deployment = await openDeployment(command);
      if (where.local) refuseSetKey();
      if (options.retireOld) await retireOld(deployment, where, options);
      else await rotate(deployment, where);
      print(stepsText(nextSteps(where, commandLineOf(command), options)));
    });
}

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

async function retireOld(deployment: Deployment, where: Where, options: Options): Promise<void> {
  if ((await keysIn(deployment)) === 1) throw new CliError('There is one key only, and nothing to retire.');
  const current = keyOf(await deployment.hookUrl());
  if (!isDeployedKey(deployment.outputs, current)) {
    throw new CliError(
      `The new key is not valid yet, so nobody can be using it: it becomes so ${takenUp(where)}. Nothing was changed.`,
    );
  }
  const ask = createAsker(options);
  const question = {
    message: `Do all posts come by the new URL? The old one refuses them ${takenUp(where)}. Retire it`,
    flag: '--yes',
  };
  const isMeant = options.yes || (ask.isInteractive && (await ask.confirm({ ...question, fallback: false })));
  if (!isMeant) throw new CliError(`Nothing was changed.${ask.isInteractive ? '' : ' Add --yes to retire it.'}`);
  // The same value once more: what was current becomes the previous version, and the old key is out.
  await put(deployment, where, current);
  noteWrapped(`✓ The old key is retired. It becomes invalid ${takenUp(where)}.`);
}

/** When what is in the secret counts. */
const takenUp = ({ local }: Where) => (local ? 'when npm start is started again' : 'with the next deployment');

async function keysIn({ secrets, outputs }: Deployment): Promise<number> {
  const read: ReadVersion = (SecretId, VersionStage) =>
    secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }));
  return (await readDigests(read, outputs.HookKeySecretArn)).length;
}

/** Puts a value into the key's secret, and has the next deployment read it. */
async function put({ secrets, outputs }: Deployment, { local }: Where, key: string): Promise<void> {
  const file = resolve('cdk.json');
  // Before anything is changed: without it the deployment would not see the new value.
  const revision = local ? undefined : readRevision(file);
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

function nextSteps(where: Where, commandLine: Deployment['commandLine'], { retireOld }: Options): readonly Step[] {
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
