import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Config } from '../lambda/config/config.ts';
import manifest from '../package.json' with { type: 'json' };
import { configDigest } from './config.ts';
import type { DestinationSecrets } from './destination-secrets.ts';
import type { FrontDoor } from './front-door.ts';
import type { NodeFunction } from './function.ts';
import type { HookKey } from './hook-key.ts';
import type { ChatQueue } from './queue.ts';
import type { Stage } from './stages.ts';
import type { Sweep } from './sweep.ts';
import type { ConversationTable } from './table.ts';

export type Parts = {
  readonly config: Config;
  readonly frontDoor: FrontDoor;
  readonly hookKey: HookKey;
  readonly secrets: DestinationSecrets;
  readonly chats: ChatQueue;
  readonly conversations: ConversationTable;
  readonly receive: NodeFunction;
  readonly deliver: NodeFunction;
  readonly sweep: Sweep;
  readonly stage: Stage;
  readonly runbook: string;
  /** The dashboard's URL. */
  readonly dashboard: string;
};

/** What a deployment prints: what the operator needs to send Smartsupp its URL, and to find every part. */
export const addOutputs = (stack: Stack, parts: Parts): void => {
  const output = (name: string, value: string, description: string) =>
    new CfnOutput(stack, name, { value, description });
  const { frontDoor, hookKey, secrets, chats, conversations, receive, deliver, sweep } = parts;
  const { secretArn } = hookKey.secret;

  output('HookUrl', frontDoor.url, 'Smartsupp is to POST here, with the key put after the last slash');
  output('HookKeyCommand', `${getSecret} ${secretArn}`, 'Prints the key; keep it as you would a password');
  output('HookKeyDigests', hookKey.digests, 'SHA-256 of the keys that are valid, by which to tell whether one is');
  output('HookKeySecretArn', secretArn, `The key's secret, read with: ${getSecret} <this ARN>`);
  output(
    'DestinationSecrets',
    secrets.json,
    'Where credentials belong: put a token from its CRM there with put-secret-value',
  );
  output('QueueUrl', chats.queue.queueUrl, 'Chats on their way to the CRMs');
  output('DeadLetterQueueUrl', chats.deadLetterQueue.queueUrl, 'Messages that ended the function itself: look at each');
  output('TableName', conversations.table.tableName, 'Every conversation, and what became of it');
  output('ReceiveFunctionName', receive.lambda.functionName, 'Takes the hook');
  output('DeliverFunctionName', deliver.lambda.functionName, 'Delivers to the CRMs');
  output('SweepFunctionName', sweep.function.lambda.functionName, 'Puts back on the queue what waits in the table');
  output('DashboardUrl', parts.dashboard, 'Whether chats flow');
  output('Runbook', parts.runbook, 'What to do when an alarm goes off');
  output('Stage', parts.stage.name, 'Which stage this is');
  output('ConfigDigest', configDigest(parts.config), 'Of forwarder.json as it is deployed, with its defaults');
  output('Version', manifest.version, 'The release that is deployed');
};

const getSecret = 'aws secretsmanager get-secret-value --query SecretString --output text --secret-id';
