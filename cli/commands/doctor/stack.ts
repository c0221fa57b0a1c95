import type { Stack } from '@aws-sdk/client-cloudformation';
import { configDigest } from '../../../infra/config-digest.ts';
import type { Config } from '../../../lambda/config/config.ts';
import manifest from '../../../package.json' with { type: 'json' };
import type { Where } from '../../lib/deployment/deployment.ts';
import { cdkFlags } from '../init/next-steps.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const subject = 'stack';

/** Whether what is deployed is whole, and of this release. */
export function checkStack(name: string, stack: Stack | undefined, where: Where): readonly Finding[] {
  const deploy = `npx cdk deploy${cdkFlags(where)}`;
  if (stack === undefined) {
    return [problem(subject, `${name} is not deployed yet.`, `${deploy}, or name another with --stage or --region.`)];
  }
  const { StackStatus: status = '', StackStatusReason: reason = '' } = stack;
  const why = reason === '' ? '' : `: ${reason}`;
  if (/IN_PROGRESS$/.test(status)) {
    return [warning(subject, `${name} is being changed (${status}).`, 'Wait until that is done, and run this again.')];
  }
  if (!/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) {
    const remedy = `See the stack's events in the CloudFormation console, mend the cause, then ${deploy}.`;
    const isWhole = status === 'UPDATE_ROLLBACK_COMPLETE';
    const text = `The last deployment of ${name} failed (${status})${why}`;
    return [isWhole ? warning(subject, `${text}; the one before it runs.`, remedy) : problem(subject, text, remedy)];
  }
  const version = outputOf(stack, 'Version');
  if (version === manifest.version) return [ok(subject, `${name}, release ${version}`)];
  return [warning(subject, `${name} has release ${version}, and this is ${manifest.version}.`, deploy)];
}

export const outputOf = ({ Outputs }: Stack, name: string): string | undefined =>
  Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;

type Deployed = {
  readonly destinations: Readonly<Record<string, string>>;
  /** Of its configuration; undefined where it does not tell. */
  readonly digest: string | undefined;
};

/** Whether what is configured is what is deployed. */
export function checkDeployedConfig(config: Config, deployed: Deployed, deploy: string): readonly Finding[] {
  const others = checkDestinations(config, deployed.destinations, deploy);
  const isSame = deployed.digest === undefined || deployed.digest === configDigest(config);
  if (others.length > 0 || isSame) return others;
  return [warning('configuration', 'It has changed since it was deployed last.', deploy)];
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
    ...missing.map((name) => problem('destinations', `${name} is configured, and not deployed.`, deploy)),
    ...gone.map((name) => warning('destinations', `${name} is deployed, and not configured here.`, deploy)),
  ];
}
