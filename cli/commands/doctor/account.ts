import type { Stack } from '@aws-sdk/client-cloudformation';
import type { Config } from '../../../lambda/config/config.ts';
import { createRequestHandler } from '../../lib/deployment/connect.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import type { FoundStack } from '../../lib/deployment/on-aws.ts';
import { createTimes, timezoneOf } from '../../lib/time.ts';
import { type Finding, findingsOf, ok, problem, warning } from './findings.ts';

/** Checks around the stack: who gets its alarms, what the account allows, and what an earlier stack left behind. */
export async function checkAccount(found: FoundStack, config: Config | undefined): Promise<readonly Finding[]> {
  const { region, stackName, stack } = found;
  const client = { region, requestHandler: createRequestHandler() };
  const deployed = stack && [
    check('event source', () => checkEventSource(stack, client)),
    check('concurrency', () => checkConcurrency(config, client)),
    check('recipients', () => checkRecipients(stack, client)),
  ];
  const used = stack && [outputOf(stack, 'TableName'), outputOf(stack, 'ErasureTableName')];
  const findings = await Promise.all([
    ...(deployed ?? []),
    check('tables', () => checkTables(stackName, used ?? [], client)),
  ]);
  return findings.flat();
}

type Client = { readonly region: string; readonly requestHandler: ReturnType<typeof createRequestHandler> };

/** Somebody who may run the commands need not have the right to look at everything. */
async function check(subject: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  return findingsOf(subject, async () => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof Error && /^AccessDenied|^AuthorizationError/.test(error.name))) throw error;
      return [warning(subject, 'It was not checked: AWS forbids you to look.', 'See docs/operator-policy.json.')];
    }
  });
}

async function checkEventSource(stack: Stack, client: Client): Promise<readonly Finding[]> {
  const subject = 'event source';
  const deliver = outputOf(stack, 'DeliverFunctionName');
  if (deliver === undefined) return [];
  const { LambdaClient, ListEventSourceMappingsCommand } = await import('@aws-sdk/client-lambda');
  const command = new ListEventSourceMappingsCommand({ FunctionName: `${deliver}:live` });
  const { EventSourceMappings: [mapping] = [] } = await new LambdaClient(client).send(command);
  if (mapping === undefined) {
    return [
      problem(
        subject,
        'Nothing calls deliver: chats stay on the queue.',
        'Somebody has deleted it: in the CloudFormation console, detect the drift and revert it.',
      ),
    ];
  }
  const { State: state = '', UUID: id } = mapping;
  if (!/^Disabl/.test(state)) return [ok(subject, `The queue calls deliver (${state}).`)];
  const remedy = `aws lambda update-event-source-mapping --enabled --uuid ${id} --region ${client.region}`;
  return [problem(subject, 'It is switched off: chats stay on the queue.', remedy)];
}

/** Hooks that may come at the same moment. */
const minLeftForHooks = 20;

async function checkConcurrency(config: Config | undefined, client: Client): Promise<readonly Finding[]> {
  const subject = 'concurrency';
  const { GetAccountSettingsCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const { AccountLimit } = await new LambdaClient(client).send(new GetAccountSettingsCommand());
  const limit = AccountLimit?.UnreservedConcurrentExecutions ?? AccountLimit?.ConcurrentExecutions;
  if (limit === undefined) return [];
  // The sweep is one.
  const left = limit - 1 - (config?.maxConcurrency ?? 0);
  if (left >= minLeftForHooks) return [ok(subject, `The account runs ${limit} functions at once.`)];
  const text = `The account runs only ${limit} functions at once, so ${Math.max(left, 0)} hooks: one more is answered 5xx.`;
  return [warning(subject, text, 'Ask AWS for more: Service Quotas, AWS Lambda, Concurrent executions.')];
}

async function checkRecipients(stack: Stack, client: Client): Promise<readonly Finding[]> {
  const subject = 'recipients';
  const topic = outputOf(stack, 'AlarmTopicArn');
  if (topic === undefined) return [];
  const { paginateListSubscriptionsByTopic, SNSClient } = await import('@aws-sdk/client-sns');
  const findings: Finding[] = [];
  const pages = paginateListSubscriptionsByTopic({ client: new SNSClient(client) }, { TopicArn: topic });
  for await (const { Subscriptions = [] } of pages) {
    for (const { SubscriptionArn, Protocol = '', Endpoint = '' } of Subscriptions) {
      const who = Protocol === 'lambda' ? 'the webhook' : Endpoint;
      if (SubscriptionArn !== 'PendingConfirmation') findings.push(ok(subject, who));
      else findings.push(unconfirmed(subject, { who, topic, protocol: Protocol, region: client.region }));
    }
  }
  if (findings.length > 0) return findings;
  // By design: see infra/stages.ts.
  if (outputOf(stack, 'Stage') === 'dev') return [ok(subject, 'none in this stage')];
  return [warning(subject, 'Nobody is told of an alarm.', 'Set alarmEmail or notify in forwarder.json, then deploy.')];
}

type Unconfirmed = {
  readonly who: string;
  readonly topic: string;
  readonly protocol: string;
  readonly region: string;
};

const unconfirmed = (subject: string, { who, topic, protocol, region }: Unconfirmed): Finding =>
  warning(
    subject,
    `${who} has not confirmed, and is told of no alarm.`,
    'Open the link in the e-mail "AWS Notification - Subscription Confirmation". It is valid for two days; for another: ' +
      `aws sns subscribe --topic-arn ${topic} --protocol ${protocol} --notification-endpoint ${who} --region ${region}`,
  );

/** The purpose of each table, and the context by which a new stack takes it over. */
const kinds = [
  { part: 'Conversations', what: 'chats', context: 'table' },
  { part: 'Erasures', what: 'journal of erasures', context: 'erasures' },
] as const;

async function checkTables(
  stackName: string,
  used: readonly (string | undefined)[],
  client: Client,
): Promise<readonly Finding[]> {
  const { DynamoDBClient, paginateListTables } = await import('@aws-sdk/client-dynamodb');
  const names: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client: new DynamoDBClient(client) }, {})) {
    names.push(...TableNames);
  }
  return kinds.flatMap(({ part, what, context }) =>
    names
      .filter((name) => !used.includes(name) && name.startsWith(`${stackName}-${part}`))
      .map((name) =>
        warning(
          'tables',
          `No stack uses the table ${name}: an earlier one has left its ${what} there.`,
          `docs/deploy.md says how a new stack takes it over (-c ${context}=${name}). If nobody needs it, delete it in the console.`,
        ),
      ),
  );
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

export const outputOf = ({ Outputs }: Stack, name: string): string | undefined =>
  Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
