import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Config } from '../lambda/config/config.ts';
import manifest from '../package.json' with { type: 'json' };
import type { Alarms } from './alarms.ts';
import { configDigest } from './deployed.ts';
import type { FrontDoor } from './front-door.ts';
import type { NodeFunction } from './function.ts';
import type { Notify } from './notify.ts';
import type { ChatQueue } from './queues.ts';
import type { DestinationSecrets, HookKey } from './secrets.ts';
import type { SmartsuppApi } from './smartsupp-api.ts';
import type { Stage } from './stages.ts';
import type { Sweep } from './sweep.ts';
import type { ConversationTable, ErasureJournal } from './tables.ts';

export type Parts = {
  readonly config: Config;
  readonly frontDoor: FrontDoor;
  readonly hookKey: HookKey;
  readonly secrets: DestinationSecrets;
  readonly chats: ChatQueue;
  readonly conversations: ConversationTable;
  readonly erasures: ErasureJournal;
  readonly receive: NodeFunction;
  readonly deliver: NodeFunction;
  readonly sweep: Sweep;
  readonly api: SmartsuppApi | undefined;
  readonly stage: Stage;
  readonly runbook: string;
  readonly dashboard: string;
  readonly alarms: Alarms;
  readonly notify: Notify | undefined;
};

export const addOutputs = (stack: Stack, parts: Parts): void => {
  const output = (name: string, value: string, description: string) =>
    new CfnOutput(stack, name, { value, description });
  const { frontDoor, hookKey, secrets, chats, conversations, erasures, receive, deliver, sweep } = parts;
  const { secretArn } = hookKey.secret;

  output('HookUrl', frontDoor.url, 'Smartsupp posts here, with the key after the last slash');
  if (frontDoor.domainTarget !== undefined) {
    output('DomainTarget', frontDoor.domainTarget, "A CNAME record of the hook's host name must point here");
  }
  output('HookKeyCommand', `${getSecret} ${secretArn}`, 'Prints the key; treat it as a password');
  output('HookKeyDigests', hookKey.digests, 'SHA-256 digests of the valid keys');
  output('HookKeySecretArn', secretArn, `The secret that holds the key; read it with: ${getSecret} <this ARN>`);
  output(
    'DestinationSecrets',
    secrets.json,
    'The secrets for the credentials; store a token there with put-secret-value',
  );
  output('QueueUrl', chats.queue.queueUrl, 'Chats on their way to the CRMs');
  output('DeadLetterQueueUrl', chats.deadLetterQueue.queueUrl, 'Messages that crash the function; look at each');
  output('TableName', conversations.table.tableName, 'Every conversation with its deliveries');
  output('ErasureTableName', erasures.table.tableName, 'What was erased lately, for a table that is restored');
  output('ReceiveFunctionName', receive.lambda.functionName, 'Takes the hook');
  output('DeliverFunctionName', deliver.lambda.functionName, 'Delivers to the CRMs');
  output('SweepFunctionName', sweep.function.lambda.functionName, 'Puts due deliveries back on the queue');
  if (parts.api !== undefined) addApiOutputs(output, parts.api);
  output('AlarmTopicArn', parts.alarms.topic.topicArn, 'Gets every alarm; others may subscribe to it');
  if (parts.notify !== undefined) {
    output('NotifySecretArn', parts.notify.secret.secretArn, 'The secret for the URL of the channel that is told');
    output('NotifyFunctionName', parts.notify.function.lambda.functionName, 'Tells the channel');
  }
  output('DashboardUrl', parts.dashboard, 'Whether chats flow');
  output('Runbook', parts.runbook, 'What to do when an alarm goes off');
  output('Stage', parts.stage.name, 'The stage');
  output('ConfigDigest', configDigest(parts.config), 'The digest of the deployed forwarder.json, with its defaults');
  output('Version', manifest.version, 'The deployed release');
};

type Output = (name: string, value: string, description: string) => unknown;

function addApiOutputs(output: Output, api: SmartsuppApi): void {
  const { token, webhooksSecret, fetchQueue, fetch, reconcile, events } = api;
  output('ApiTokenSecretArn', token.secretArn, "The secret for the token of Smartsupp's REST API");
  output('FetchQueueUrl', fetchQueue.queue.queueUrl, 'Conversations waiting to be fetched');
  output('FetchDeadLetterQueueUrl', fetchQueue.deadLetterQueue.queueUrl, 'Conversations that could not be fetched');
  output('FetchFunctionName', fetch.lambda.functionName, "Reads conversations by Smartsupp's REST API");
  if (reconcile !== undefined) {
    output('ReconcileFunctionName', reconcile.lambda.functionName, 'Finds what has ended at Smartsupp and is not here');
  }
  if (webhooksSecret === undefined || events === undefined) return;
  output('WebhooksSecretArn', webhooksSecret.secretArn, "The secret for what Smartsupp's webhooks are signed with");
  output('EventsFunctionName', events.lambda.functionName, "Takes Smartsupp's webhooks");
}

const getSecret = 'aws secretsmanager get-secret-value --query SecretString --output text --secret-id';
