import type { Stack } from '@aws-sdk/client-cloudformation';
import { configDigest } from '../../../infra/deployed.ts';
import type { Config } from '../../../lambda/config/config.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { cdkFlags, type Deployment, type Where } from '../../lib/deployment/deployment.ts';
import { createTimes, timezoneOf } from '../../lib/time.ts';
import { type Finding, ok, problem, warning } from './findings.ts';

/** Throws if AWS rejects the credentials, since nothing else can be checked then. */
export async function checkIdentity(where: Where): Promise<Finding> {
  const { identityOf, regionOf } = await import('../../lib/deployment/on-aws.ts');
  const { account, user } = await identityOf(where);
  return ok('AWS account', `${account} in ${await regionOf(where)}, as ${user}`);
}

/** `cdk bootstrap` stores its version here: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';
const neededBootstrap = 6;

export async function checkBootstrap(where: Where): Promise<readonly Finding[]> {
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

export function checkStack(name: string, stack: Stack | undefined, where: Where): readonly Finding[] {
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

export const outputOf = ({ Outputs }: Stack, name: string): string | undefined =>
  Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;

type Deployed = {
  readonly destinations: Readonly<Record<string, string>>;
  /** The deployed configuration's digest; undefined if unknown. */
  readonly digest: string | undefined;
};

export function checkDeployedConfig(config: Config, deployed: Deployed, deploy: string): readonly Finding[] {
  const others = checkDestinations(config, deployed.destinations, deploy);
  const isSame = deployed.digest === undefined || deployed.digest === configDigest(config);
  if (others.length > 0 || isSame) return others;
  return [warning('configuration', 'It has changed since the last deployment.', deploy)];
}

function checkDestinations(
  { destinations }: Config,
  deployed: Deployed['destinations'],
  deploy: string,
): readonly Finding[] {
  const names = destinations.map(({ name }) => name);
  const missing = names.filter((name) => !Object.hasOwn(deployed, name));
  const gone = Object.keys(deployed).filter((name) => !names.includes(name));
  return [
    ...missing.map((name) => problem('destinations', `${name} is configured, but not deployed.`, deploy)),
    ...gone.map((name) => warning('destinations', `${name} is deployed, but not configured here.`, deploy)),
  ];
}

/** The raised alarms with their runbook sections; empty if the deployment has no alarms. */
export async function checkAlarms(deployment: Pick<Deployment, 'alarms' | 'config'>): Promise<readonly Finding[]> {
  if (deployment.alarms === undefined) return [];
  const raised = await deployment.alarms();
  if (raised.length === 0) return [ok('alarms', 'none is raised')];
  const times = createTimes(timezoneOf(deployment), new Date());
  return raised.map(({ name, since, what, runbook }) => {
    const when = since === undefined ? '' : ` since ${times.short(since.toISOString())} (${times.timezone})`;
    return warning('alarms', `${name}${when}: ${what}`, `See ${runbook ?? 'docs/runbook.md'}.`);
  });
}
