import type { Config } from '../../../lambda/config/config.ts';
import { readSettings } from '../../../local/lib/settings.ts';
import { cdkFlags, type Deployment, type Invocation } from '../../lib/deployment/deployment.ts';
import { exitCodes } from '../../lib/terminal/errors.ts';
import { print, printJson } from '../../lib/terminal/output.ts';
import { checkAccount } from './account.ts';
import { checkAlarms, checkBootstrap, checkDeployedConfig, checkIdentity, checkStack, outputOf } from './aws.ts';
import { checkChats } from './chats.ts';
import { checkConfiguration, checkCrms, checkNode } from './configuration.ts';
import { type Finding, failed, findingsOf, findingsText, ok } from './findings.ts';
import { checkHook, checkSecondSource } from './sources.ts';

type Options = { readonly json: boolean };

export async function doctor({ options: { json }, ...invocation }: Invocation<Options>): Promise<void> {
  const { where, commandLine } = invocation;
  const { local } = where;
  const { configFile } = readSettings(process.env, process.cwd());
  const { config, findings } = await checkConfiguration(configFile, { local });
  const { deployment, digest, ...found } = await (local ? lookHere(invocation) : lookAtAws(invocation, config));
  const deploy = local ? 'Restart npm start.' : `npx cdk deploy${cdkFlags(where)}`;
  const all: readonly Finding[] = [
    checkNode(),
    ...findings,
    ...found.findings,
    ...(config && deployment ? checkDeployedConfig(config, { ...deployment, digest }, deploy) : []),
    ...(config ? await checkCrms({ config, deployment, commandLine, local }) : []),
    ...(deployment ? await findingsOf('hook', () => checkHook(deployment)) : []),
    ...(deployment ? await checkChats(deployment) : []),
    ...(config && deployment ? await checkSecondSource(config, deployment, { local }) : []),
    ...(deployment ? await findingsOf('alarms', () => checkAlarms(deployment)) : []),
  ];
  const hasProblem = all.some(({ status }) => status === 'problem');
  if (json) printJson({ deployment: deployment?.name ?? null, ok: !hasProblem, findings: all });
  else print(findingsText(all));
  if (hasProblem) process.exitCode = exitCodes.failed;
}

type Location = Pick<Invocation<unknown>, 'where' | 'commandLine' | 'openDeployment'>;

type Look = {
  readonly findings: readonly Finding[];
  readonly deployment: Deployment | undefined;
  /** The deployed configuration's digest; absent if unknown. */
  readonly digest?: string | undefined;
};

async function lookHere({ openDeployment }: Location): Promise<Look> {
  try {
    return { deployment: await openDeployment(), findings: [ok('stack', 'It runs.')] };
  } catch (error) {
    return { deployment: undefined, findings: [failed('stack', error)] };
  }
}

async function lookAtAws({ where, commandLine }: Location, config: Config | undefined): Promise<Look> {
  const findings: Finding[] = [];
  try {
    findings.push(await checkIdentity(where));
  } catch (error) {
    return { deployment: undefined, findings: [failed('AWS account', error)] };
  }
  findings.push(...(await findingsOf('CDK bootstrap', () => checkBootstrap(where))));
  try {
    const { findStack, openStack } = await import('../../lib/deployment/on-aws.ts');
    const found = await findStack(where);
    findings.push(...checkStack(found.name, found.stack, where));
    findings.push(...(await checkAccount(found, config)));
    if (found.stack === undefined) return { deployment: undefined, findings };
    const parts = openStack(found, found.stack);
    const digest = outputOf(found.stack, 'ConfigDigest');
    return { deployment: { ...parts, commandLine }, digest, findings };
  } catch (error) {
    return { deployment: undefined, findings: [...findings, failed('stack', error)] };
  }
}
