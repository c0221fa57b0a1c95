import { chmodSync, existsSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { isDeepStrictEqual, parseEnv } from 'node:util';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readSettings } from '../../../local/lib/settings.ts';
import type { Deployment, Where } from '../deployment/deployment.ts';
import type { Asker } from '../terminal/ask.ts';
import { CliError, UsageError } from '../terminal/errors.ts';
import { dim, note, noteWrapped } from '../terminal/output.ts';
import type { Crm } from './crms.ts';

type Wanted = {
  readonly name: string;
  readonly crm: Crm;
  readonly ask: Asker;
  readonly fromStdin: boolean;
  /** The user wants new credentials, so those that are set are not the default. */
  readonly isRenewal?: true;
};

/**
 * A destination's secret in its stored form, from standard input, the environment, `.env`, or a prompt. Never from an
 * argument, which other programs could read. Returns undefined if it must be asked for, and nobody is there.
 */
export async function obtainSecret({ name, crm, ask, fromStdin, isRenewal }: Wanted): Promise<string | undefined> {
  if (fromStdin) return readStdin();
  const present = readSettings(process.env, process.cwd()).secret(name);
  const fallback = !(ask.isInteractive && isRenewal);
  const question = { message: `${variableOf(name)} is set here. Use it`, flag: '--yes', fallback };
  if (present !== undefined && (await ask.confirm(question))) return present.trim();
  return ask.isInteractive ? askForSecret({ crm, ask }) : undefined;
}

export async function askForSecret({ crm, ask }: Pick<Wanted, 'crm' | 'ask'>): Promise<string> {
  const { secret } = crm;
  if (secret.kind !== 'fields') {
    if (secret.kind === 'token') note(dim(secret.where));
    return ask.hidden({ message: secret.label });
  }
  const values: Record<string, string> = {};
  for (const [name, { label, where, isPublic }] of Object.entries(secret.fields)) {
    note(dim(where));
    values[name] = await (isPublic
      ? ask.text({ message: label, flag: '--secret-stdin', check })
      : ask.hidden({ message: label }));
  }
  return JSON.stringify(values);
}

const check = (text: string) => text.trim() !== '' || 'It is required.';

export async function readStdin(): Promise<string> {
  if (process.stdin.isTTY) throw new UsageError('--secret-stdin reads from a pipe, and this is a terminal.');
  const secret = (await readText(process.stdin)).trim();
  if (secret === '') throw new UsageError('Standard input was empty.');
  return secret;
}

export const variableOf = (destination: string) => `FORWARDER_SECRET_${destination.toUpperCase().replaceAll('-', '_')}`;

/**
 * Sets a variable in a `.env` file that only its owner may read. Throws CliError if the format cannot hold the value.
 */
export function setInEnvFile(path: string, name: string, value: string): void {
  const file = existsSync(path) ? realpathSync(path) : path;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  writeFileSync(`${file}.new`, withVariable(text, name, value), { mode: 0o600 });
  // `mode` has no effect on a file that an earlier run left behind.
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}

/** Replaces the variable in its place, or appends it. */
export function withVariable(text: string, name: string, value: string): string {
  const wanted = { ...parseEnv(text), [name]: value };
  const changed = quotes
    .map((quote) => replaced(text, name, `${name}=${quote}${value}${quote}`))
    .find((candidate) => isDeepStrictEqual({ ...parseEnv(candidate) }, wanted));
  if (changed !== undefined) return changed;
  throw new CliError(`A .env file cannot hold this value. Set ${name} in the environment instead.`);
}

/** parseEnv takes quoted text as it is, except for `\n` in double quotes. */
const quotes = ["'", '"', '`'];

function replaced(text: string, name: string, line: string): string {
  // A quoted value may span several lines.
  const assignment = new RegExp(
    `^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(?:'[^']*'|"[^"]*"|\`[^\`]*\`|)[^\\r\\n]*(?:\\r?\\n|$)`,
    'gm',
  );
  let isSet = false;
  const changed = text.replace(assignment, () => {
    if (isSet) return '';
    isSet = true;
    return `${line}\n`;
  });
  if (isSet) return changed;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
}

export function storeForLocal(destination: string, secret: string): void {
  const variable = variableOf(destination);
  setInEnvFile(resolve('.env'), variable, secret);
  noteWrapped(`✓ ${variable} is in .env, which only you can read. The next npm start uses it.`);
  const { [variable]: other } = process.env;
  if (other && other !== secret)
    noteWrapped(`! Another value of ${variable} is in the environment, and takes precedence.`);
}

export async function storeOnAws(client: SecretsManagerClient, secretId: string, secret: string): Promise<void> {
  const { PutSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: secret }));
  noteWrapped('✓ The credentials are in Secrets Manager. They take effect within five minutes.');
}

/** The secret in Secrets Manager, of AWS or of the local stack; empty if none was stored. */
export async function readStored(client: SecretsManagerClient, secretId: string): Promise<string> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  return SecretString;
}

/** The token of Smartsupp's REST API that is stored, or that the environment of the local stack has. */
export async function storedToken(
  secretId: string,
  { secrets }: Pick<Deployment, 'secrets'>,
  { local }: Pick<Where, 'local'>,
): Promise<string> {
  const given = local ? readSettings(process.env, process.cwd()).secret('api') : undefined;
  return given ?? readStored(secrets, secretId);
}

export function whereSigningKeyIs(destination: string, { local }: Pick<Where, 'local'>): string {
  if (!local) {
    return (
      `The receiver checks signatures with the key in ${destination}'s secret. Its ARN is in the stack's output ` +
      'DestinationSecrets: aws secretsmanager get-secret-value --query SecretString --output text --secret-id ARN'
    );
  }
  const { dataDirectory } = readSettings(process.env, process.cwd());
  const file = relative(process.cwd(), join(dataDirectory, 'secrets.json'));
  return (
    `The receiver checks signatures with ${destination}'s key: ${variableOf(destination)} in the environment or ` +
    `in .env; otherwise what npm start has generated, "destination/${destination}" in ${file}.`
  );
}
