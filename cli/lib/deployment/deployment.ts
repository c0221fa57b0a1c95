import { createHash } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import type { Config } from '../../../lambda/config/config.ts';
import type { Table } from '../../../lambda/store/table.ts';
import type { Outputs } from '../../../local/stack-info.ts';
import type { RaisedAlarm } from './alarms.ts';

/** What a command works on: the same parts under the same names, on AWS or on this machine. */
export type Deployment = {
  /** For people: `the local stack`, `SmartsuppCrmForwarder-prod in eu-central-1`. */
  readonly name: string;
  /** What to type for another command on it: `show 208:1` → `npx forwarder show 208:1 --local`. */
  readonly commandLine: (command: string) => string;
  readonly outputs: Outputs;
  readonly table: Table;
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  /** The destinations that it has, each with the id of its secret. */
  readonly destinations: Readonly<Record<string, string>>;
  /** The configuration in this directory, checked; the one that the local stack runs with. Throws ConfigError. */
  readonly config: () => Config;
  /** The alarms that are raised now; absent where nothing raises any. */
  readonly alarms?: () => Promise<readonly RaisedAlarm[]>;
  /** With the key in it: never to be logged. */
  readonly hookUrl: () => Promise<string>;
};

/** What the command line says of where the deployment is, or is to be. */
export type Where = {
  readonly local: boolean;
  readonly stage: string;
  readonly region?: string;
  readonly profile?: string;
};

export function whereOf(command: Command): Where {
  const { local = false, stage, region, profile } = command.optsWithGlobals<Where>();
  return { local, stage, ...(region && { region }), ...(profile && { profile }) };
}

/** @see Deployment.commandLine */
export function commandLineOf(command: Command): Deployment['commandLine'] {
  const { local, stage, region, profile } = whereOf(command);
  const isDefault = command.getOptionValueSourceWithGlobals('stage') === 'default';
  const flags = Object.entries({ stage: isDefault ? undefined : stage, region, profile })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` --${name} ${value}`);
  return (text) => `npx forwarder ${text}${local ? ' --local' : flags.join('')}`;
}

/** What does not depend on how the command line named it. */
export type Parts = Omit<Deployment, 'commandLine'>;

/** What the CDK's commands need to mean the same deployment. */
export const cdkFlags = ({ stage, profile }: Where): string =>
  `${stage === 'prod' ? '' : ` -c stage=${stage}`}${profile === undefined ? '' : ` --profile ${profile}`}`;

/** Whether receive, as it is deployed, lets this key in. A key that was only put into its secret waits for a deployment. */
export const isDeployedKey = ({ HookKeyDigests }: Pick<Outputs, 'HookKeyDigests'>, key: string): boolean =>
  HookKeyDigests.split(',').includes(createHash('sha256').update(key).digest('hex'));

/** The key at the end of a hook's URL. */
export const keyOf = (hookUrl: string): string => decodeURIComponent(new URL(hookUrl).pathname.split('/').at(-1) ?? '');
