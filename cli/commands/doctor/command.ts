import type { Command } from 'commander';
import { readSettings } from '../../../local/settings.ts';
import { type Finding, failed, findingsOf, ok } from './finding.ts';
import { findingsText } from './findings-text.ts';
import { checkConfiguration, checkNode } from './this-machine.ts';
import { commandLineOf, type Deployment, openDeployment, whereOf } from '../../lib/deployment/deployment.ts';
import { exitCodes } from '../../lib/terminal/errors.ts';
import { example, jsonOption, remark } from '../../lib/options.ts';
import { cdkFlags } from '../init/next-steps.ts';
import { print, printJson } from '../../lib/terminal/output.ts';

type Options = { readonly json?: true };

export function doctor(program: Command): void {
  program
    .command('doctor')
    .description('Looks at everything that chats need on their way, and says how to mend what is wrong.')
    .addOption(jsonOption())
    .addHelpText('after', example('doctor --local', 'of the stack that npm start runs'))
    .addHelpText('after', remark('Exit code 1 says that there is a problem (✗); what is to be looked at (!) is none.'))
    .action(async ({ json }: Options, command: Command) => {
      const { local } = whereOf(command);
      const { configFile } = readSettings(process.env, process.cwd());
      const { config, findings } = await checkConfiguration(configFile, { local });
      const { deployment, digest, ...found } = await (local ? lookHere : lookAtAws)(command);
      const { checkCrms } = await import('./crms.ts');
      const { checkChats } = await import('./chats.ts');
      const { checkDeployedConfig } = await import('./stack.ts');
      const { checkAlarms } = await import('./alarms.ts');
      const deploy = local ? 'Stop npm start, and start it again.' : `npx cdk deploy${cdkFlags(whereOf(command))}`;
      const all: readonly Finding[] = [
        checkNode(),
        ...findings,
        ...found.findings,
        ...(config && deployment ? checkDeployedConfig(config, { ...deployment, digest }, deploy) : []),
        ...(config ? await checkCrms({ config, deployment, commandLine: commandLineOf(command), local }) : []),
        ...(deployment ? await checkChats(deployment) : []),
        ...(deployment ? await findingsOf('alarms', () => checkAlarms(deployment)) : []),
      ];
      const hasProblem = all.some(({ status }) => status === 'problem');
      if (json) printJson({ deployment: deployment?.name ?? null, ok: !hasProblem, findings: all });
      else print(findingsText(all));
      if (hasProblem) process.exitCode = exitCodes.failed;
    });
}

type Look = {
  readonly findings: readonly Finding[];
  readonly deployment: Deployment | undefined;
  /** Of the configuration that is deployed; absent where nothing tells. */
  readonly digest?: string | undefined;
};

async function lookHere(command: Command): Promise<Look> {
  try {
    const deployment = await openDeployment(command);
    return { deployment, findings: [ok('stack', 'It runs.')] };
  } catch (error) {
    return { deployment: undefined, findings: [failed('stack', error)] };
  }
}

/** Account, then bootstrap and stack: without an account nothing else can be asked. */
async function lookAtAws(command: Command): Promise<Look> {
  const where = whereOf(command);
  const { checkBootstrap, checkIdentity } = await import('./aws-account.ts');
  const { checkStack, outputOf } = await import('./stack.ts');
  const { findStack, openStack } = await import('../../lib/deployment/on-aws.ts');
  const findings: Finding[] = [];
  try {
    findings.push(await checkIdentity(where));
  } catch (error) {
    return { deployment: undefined, findings: [failed('AWS account', error)] };
  }
  findings.push(...(await findingsOf('CDK bootstrap', () => checkBootstrap(where))));
  try {
    const found = await findStack(where);
    findings.push(...checkStack(found.name, found.stack, where));
    if (found.stack === undefined) return { deployment: undefined, findings };
    const parts = openStack(where, found, found.stack);
    const digest = outputOf(found.stack, 'ConfigDigest');
    return { deployment: { ...parts, commandLine: commandLineOf(command) }, digest, findings };
  } catch (error) {
    return { deployment: undefined, findings: [...findings, failed('stack', error)] };
  }
}
