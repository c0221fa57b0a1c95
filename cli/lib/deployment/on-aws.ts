import { readFileSync } from 'node:fs';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { readAlarmText } from '../../../infra/alarm-definitions.ts';
import { defaultStackName, stackNameOf } from '../../../infra/deployed.ts';
import { readSettings } from '../../../local/lib/settings.ts';
import { apiOutputNames, type Outputs, type outputNames } from '../../../local/stack-info.ts';
import { CliError } from '../terminal/errors.ts';
import { connect, createRequestHandler } from './connect.ts';
import type { Parts, RaisedAlarm, Where } from './deployment.ts';

export type OnAws = Pick<Where, 'stage' | 'region'>;

export type FoundStack = {
  readonly region: string;
  readonly stackName: string;
  readonly name: string;
  /** Undefined if it is not deployed. */
  readonly stack: Stack | undefined;
};

export const clientOptions = ({ region }: Pick<Where, 'region'>) => ({
  ...(region !== undefined && { region }),
  requestHandler: createRequestHandler(),
});

export async function openOnAws(where: OnAws): Promise<Parts> {
  const found = await findStack(where);
  if (found.stack !== undefined) return openStack(found, found.stack);
  throw new CliError(
    `There is no ${found.name}. Deploy it (npx cdk deploy), or name another with --stage, --region or --profile; ` +
      'for the local stack, add --local.',
  );
}

export const regionOf = (where: OnAws): Promise<string> =>
  new CloudFormationClient(clientOptions(where)).config.region();

export async function findStack(where: OnAws): Promise<FoundStack> {
  const client = new CloudFormationClient(clientOptions(where));
  const region = await client.config.region();
  const stackName = stackNameOf(configuredName(), where.stage);
  return { region, stackName, name: `${stackName} in ${region}`, stack: await describe(client, stackName) };
}

/** Throws CliError if the stack lacks an output. */
export function openStack({ name, region, stackName }: FoundStack, stack: Stack): Parts {
  const { configFile } = readSettings(process.env, process.cwd());
  const outputs = readOutputs(name, stack);
  const client = { region };
  return {
    ...connect({ name, outputs, configFile, client }),
    notifySecret: stack.Outputs?.find(({ OutputKey }) => OutputKey === 'NotifySecretArn')?.OutputValue,
    operator: async () => (await identityOf({ region })).user,
    alarms: () => raisedAlarms(stackName, { region }),
  };
}

async function raisedAlarms(stackName: string, where: Pick<Where, 'region'>): Promise<readonly RaisedAlarm[]> {
  const { CloudWatchClient, paginateDescribeAlarms } = await import('@aws-sdk/client-cloudwatch');
  const prefix = `${stackName}-`;
  const pages = paginateDescribeAlarms(
    { client: new CloudWatchClient(clientOptions(where)) },
    { AlarmNamePrefix: prefix, StateValue: 'ALARM', AlarmTypes: ['MetricAlarm'] },
  );
  const raised: RaisedAlarm[] = [];
  for await (const { MetricAlarms = [] } of pages) {
    for (const { AlarmName = '', AlarmDescription = '', StateTransitionedTimestamp: since } of MetricAlarms) {
      const name = AlarmName.slice(prefix.length);
      // Parts of the stack begin with a capital letter; others belong to another stage, such as `prod-eu`.
      if (/^[A-Z]/.test(name)) raised.push({ name, since, ...readAlarmText(AlarmDescription) });
    }
  }
  return raised;
}

export type Identity = { readonly account: string; readonly user: string };

/** The caller, as AWS sees it. It needs no permission. */
export async function identityOf(where: Pick<Where, 'region'>): Promise<Identity> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const { Account, Arn = '' } = await new STSClient(clientOptions(where)).send(new GetCallerIdentityCommand());
  return { account: String(Account), user: Arn.split(/[:/]/).at(-1) ?? Arn };
}

/** As the CDK reads it in this directory. */
function configuredName(): unknown {
  try {
    return Object(JSON.parse(readFileSync('cdk.json', 'utf8'))).context?.name ?? defaultStackName;
  } catch {
    return defaultStackName;
  }
}

async function describe(client: CloudFormationClient, stackName: string): Promise<Stack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    // It got no further than its first change set, so nothing is deployed.
    return stack?.StackStatus === 'REVIEW_IN_PROGRESS' ? undefined : stack;
  } catch (error) {
    // CloudFormation has no specific error for it: "Stack with id … does not exist".
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

function readOutputs(name: string, { Outputs: outputs = [] }: Stack): Outputs {
  const values = new Map(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const value = (key: (typeof outputNames)[number]) => {
    const found = values.get(key);
    if (found !== undefined) return found;
    throw new CliError(
      `${name} has no output ${key}: its last deployment failed, or is older than these commands. Deploy it again.`,
    );
  };
  const optional = apiOutputNames.flatMap((key) => {
    const found = values.get(key);
    return found === undefined ? [] : [[key, found] as const];
  });
  return {
    ...Object.fromEntries(optional),
    HookUrl: value('HookUrl'),
    HookKeyDigests: value('HookKeyDigests'),
    HookKeySecretArn: value('HookKeySecretArn'),
    DestinationSecrets: value('DestinationSecrets'),
    QueueUrl: value('QueueUrl'),
    DeadLetterQueueUrl: value('DeadLetterQueueUrl'),
    TableName: value('TableName'),
    ErasureTableName: value('ErasureTableName'),
  };
}
