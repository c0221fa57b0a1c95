import type { Stack } from '@aws-sdk/client-cloudformation';
import type { Config } from '../../../lambda/config/config.ts';
import { readSettings } from '../../../local/lib/settings.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { cdkFlags, type Deployment, type Invocation, type Where } from '../../lib/deployment/deployment.ts';
import { exitCodes } from '../../lib/terminal/errors.ts';
import { print, printJson } from '../../lib/terminal/output.ts';
import { checkAccount, checkAlarms, outputOf } from './account.ts';
import { checkChats } from './chats.ts';
import { checkConfiguration, checkCrms, checkDeployedConfig, checkNode } from './configuration.ts';
import { type Finding, failed, findingsOf, findingsText, ok, problem, warning } from './findings.ts';
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

/** Throws if AWS rejects the credentials, since nothing else can be checked then. */
async function checkIdentity(where: Where): Promise<Finding> {
  const { identityOf, regionOf } = await import('../../lib/deployment/on-aws.ts');
  const { account, user } = await identityOf(where);
  return ok('AWS account', `${account} in ${await regionOf(where)}, as ${user}`);
}

/** `cdk bootstrap` stores its version here: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';
const neededBootstrap = 6;

async function checkBootstrap(where: Where): Promise<readonly Finding[]> {
  const version = await bootstrapVersion(where);
  const remedy = `npx cdk bootstrap${cdkFlags(where)}`;
  if (version === undefined)
    return [problem('CDK bootstrap', 'It has not been run for this account and region.', remedy)];
  if (version >= neededBootstrap) return [ok('CDK bootstrap', `version ${version}`)];
  return [problem('CDK bootstrap', `Version ${version} is too old: ${neededBootstrap} is needed.`, remedy)];
}

async function bootstrapVersion(where: Where): Promise<number | undefined> {
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const { clientOptions } = await import('../../lib/deployment/on-aws.ts');
  try {
    const command = new GetParameterCommand({ Name: bootstrapParameter });
    const { Parameter: { Value: version } = {} } = await new SSMClient(clientOptions(where)).send(command);
    return Number(version);
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
    throw error;
  }
}

const subject = 'stack';

function checkStack(name: string, stack: Stack | undefined, where: Where): readonly Finding[] {
  const deploy = `npx cdk deploy${cdkFlags(where)}`;
  if (stack === undefined) {
    return [problem(subject, `${name} is not deployed yet.`, `${deploy}, or name another with --stage or --region.`)];
  }
  const { StackStatus: status = '', StackStatusReason: reason = '' } = stack;
  const why = reason === '' ? '' : `: ${reason}`;
  if (/IN_PROGRESS$/.test(status)) {
    return [warning(subject, `${name} is being changed (${status}).`, 'Wait until that is done, then run this again.')];
  }
  if (!/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) {
    const remedy = `See the stack's events in the CloudFormation console, fix the cause, then ${deploy}.`;
    const isWhole = status === 'UPDATE_ROLLBACK_COMPLETE';
    const text = `The last deployment of ${name} failed (${status})${why}`;
    return [isWhole ? warning(subject, `${text}; the one before it runs.`, remedy) : problem(subject, text, remedy)];
  }
  const version = outputOf(stack, 'Version');
  // The outputs that the commands need are missing too, and are a finding of their own.
  if (version === undefined) return [];
  if (version === manifest.version) return [ok(subject, `${name}, release ${version}`)];
  return [warning(subject, `${name} has release ${version}, and this is ${manifest.version}.`, deploy)];
}
