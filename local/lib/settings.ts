import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { StartError } from './errors.ts';

export type Settings = {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly dataDirectory: string;
  readonly configFile: string;
  /** The key in the hook's URL; if undefined, the stack generates one. */
  readonly hookKey: string | undefined;
  readonly secret: (destination: string) => string | undefined;
};

/** Reads the settings; the environment wins over `.env`. Throws StartError for an invalid port. */
export function readSettings(environment: NodeJS.ProcessEnv, directory: string): Settings {
  const variables: NodeJS.ProcessEnv = { ...readEnvFile(resolve(directory, '.env')), ...environment };
  // An empty variable counts as not set.
  const value = (name: string) => variables[name] || undefined;
  return {
    host: value('HOST') ?? '127.0.0.1',
    port: portFrom(value('PORT') ?? '3000'),
    dataDirectory: resolve(directory, value('FORWARDER_DATA') ?? '.local'),
    configFile: resolve(directory, value('FORWARDER_CONFIG') ?? 'forwarder.json'),
    hookKey: value('FORWARDER_HOOK_KEY'),
    secret: (destination) => value(`FORWARDER_SECRET_${destination.toUpperCase().replaceAll('-', '_')}`),
  };
}

function portFrom(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StartError(`PORT is ${JSON.stringify(text)}. Set it to a number from 0 (any free port) to 65535.`);
}

function readEnvFile(file: string): NodeJS.ProcessEnv {
  if (!existsSync(file)) return {};
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new StartError(`Cannot read ${file}: ${error}`);
  }
}

/** The local stack's AWS account. fauxqs has this id built in. */
export const account = { id: '000000000000', region: 'us-east-1', partition: 'aws' } as const;

/** The addresses of the embedded servers, and the access key that they ask for: another at each start. */
export type Endpoints = {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly secretsManager: string;
  readonly accessKey: string;
};

/** The servers do not check signatures, but the SDK needs something to sign with. */
export const credentialsOf = (accessKey: string) => ({ accessKeyId: accessKey, secretAccessKey: 'local' });

/** The variables by which an AWS SDK finds the embedded servers. */
export const clientEnvironment = ({ sqs, dynamodb, secretsManager, accessKey }: Endpoints) => {
  const { accessKeyId, secretAccessKey } = credentialsOf(accessKey);
  return {
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
};

/** Relative to the working directory, if it is below that. */
export function shortPath(directory: string): string {
  const path = relative('', directory);
  return path === '' || path.startsWith('..') ? directory : path;
}
