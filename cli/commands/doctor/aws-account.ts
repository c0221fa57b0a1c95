import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Where } from '../../lib/deployment/deployment.ts';
import { clientOptions } from '../../lib/deployment/on-aws.ts';
import { cdkFlags } from '../init/next-steps.ts';
import { type Finding, ok, problem } from './finding.ts';

/** Who AWS takes us for. Throws where it takes us for nobody: then nothing else can be asked. */
export async function checkIdentity(where: Where): Promise<Finding> {
  const client = new STSClient(clientOptions(where));
  const region = await client.config.region();
  const { Account: account, Arn: arn = '' } = await client.send(new GetCallerIdentityCommand());
  return ok('AWS account', `${account} in ${region}, as ${arn.split('/').at(-1)}`);
}

/**
 * Where `cdk bootstrap` says which version of it an account and region have
 * (https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html), and the oldest that the template can do with.
 */
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
  try {
    const command = new GetParameterCommand({ Name: bootstrapParameter });
    const { Parameter: { Value: version } = {} } = await new SSMClient(clientOptions(where)).send(command);
    return Number(version);
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
    throw error;
  }
}
