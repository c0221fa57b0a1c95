import { createHash } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import type { Config } from '../../../lambda/config/config.ts';
import type { Table } from '../../../lambda/store/table.ts';
import type { Outputs } from '../../../local/stack-info.ts';

export type Deployment = {
  /** For people: `the local stack`, `SmartsuppCrmForwarder-prod in eu-central-1`. */
  readonly name: string;
  /** Another command for this deployment: `show 208:1` → `npx forwarder show 208:1 --local`. */
  readonly commandLine: (command: string) => string;
  readonly outputs: Outputs;
  readonly table: Table;
  /** The journal of erasures, which is not in the table. */
  readonly erasures: Table;
  /** Another table of the account. */
  readonly tableNamed: (name: string) => Table;
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  /** Destination to the id of its secret. */
  readonly destinations: Readonly<Record<string, string>>;
  /** The checked configuration: this directory's, or the local stack's. Throws ConfigError. */
  readonly config: () => Config;
  /** The raised alarms; absent if the deployment has none. */
  readonly alarms?: () => Promise<readonly RaisedAlarm[]>;
  /** The secret for the channel's URL; absent if the deployment tells nobody. */
  readonly notifySecret?: string | undefined;
  /** The user who runs the commands: a user or role of AWS, or of this machine. */
  readonly operator: () => Promise<string>;
  /** The page that shows a chat; absent if the deployment has none. */
  readonly pageOf?: (conversationId: string) => string;
  /** With the key: never log it. */
  readonly hookUrl: () => Promise<string>;
};

export type Where = {
  readonly local: boolean;
  readonly stage: string;
  readonly region?: string;
  readonly profile?: string;
};

export type RaisedAlarm = {
  readonly name: string;
  readonly since: Date | undefined;
  readonly what: string;
  readonly runbook: string | undefined;
};

/** A command line, read by the command's declaration. */
export type Invocation<Options = unknown> = {
  readonly args: readonly string[];
  readonly options: Options;
  readonly where: Where;
  readonly commandLine: Deployment['commandLine'];
  /** Throws CliError if there is no such deployment. */
  readonly openDeployment: () => Promise<Deployment>;
  /** The whole program, with every command. */
  readonly loadProgram: () => Promise<Command>;
};

export type Handler<Options> = (invocation: Invocation<Options>) => Promise<void>;

export function whereOf(command: Command): Where {
  const { local = false, stage, region, profile } = command.optsWithGlobals<Where>();
  return { local, stage, ...(region && { region }), ...(profile && { profile }) };
}

export function commandLineOf(command: Command): Deployment['commandLine'] {
  const { local, stage, region, profile } = whereOf(command);
  const isDefault = command.getOptionValueSourceWithGlobals('stage') === 'default';
  const flags = Object.entries({ stage: isDefault ? undefined : stage, region, profile })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` --${name} ${value}`);
  return (text) => `npx forwarder ${text}${local ? ' --local' : flags.join('')}`;
}

/** Everything but what depends on the command line. */
export type Parts = Omit<Deployment, 'commandLine'>;

/** The CDK CLI's flags for the same deployment. */
export const cdkFlags = ({ stage, profile }: Where): string =>
  `${stage === 'prod' ? '' : ` -c stage=${stage}`}${profile === undefined ? '' : ` --profile ${profile}`}`;

/** Whether the deployed receive accepts this key. A new key is valid only after a deployment. */
export const isDeployedKey = ({ HookKeyDigests }: Pick<Outputs, 'HookKeyDigests'>, key: string): boolean =>
  HookKeyDigests.split(',').includes(createHash('sha256').update(key).digest('hex'));

export const keyOf = (hookUrl: string): string => decodeURIComponent(new URL(hookUrl).pathname.split('/').at(-1) ?? '');

/** Where the deployment's chats are, for what an operator does about them. */
export const tableAndQueues = ({ table, sqs, outputs, config }: Deployment) => ({
  table,
  sqs,
  queueUrl: outputs.QueueUrl,
  fetchQueueUrl: outputs.FetchQueueUrl,
  retentionDays: config().retentionDays,
});

/** Messages ready to be received, and in flight or delayed. SQS's counts are approximate. */
export async function depthOf({ sqs }: Pick<Deployment, 'sqs'>, queueUrl: string) {
  const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
  const { Attributes: { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    messages: Number(ApproximateNumberOfMessages ?? 0),
    inFlight: Number(ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
