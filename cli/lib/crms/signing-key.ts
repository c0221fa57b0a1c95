import { join, relative } from 'node:path';
import { readSettings } from '../../../local/settings.ts';
import type { Where } from '../deployment/deployment.ts';
import { variableOf } from './env-file.ts';

/** Where whoever receives finds the key that the stack made for a destination: by it they know our requests. */
export function whereSigningKeyIs(destination: string, { local }: Pick<Where, 'local'>): string {
  if (!local) {
    return (
      `The receiver checks signatures by the key in ${destination}'s secret, whose ARN the stack's output ` +
      'DestinationSecrets tells: aws secretsmanager get-secret-value --query SecretString --output text --secret-id ARN'
    );
  }
  const { dataDirectory } = readSettings(process.env, process.cwd());
  const file = relative(process.cwd(), join(dataDirectory, 'secrets.json'));
  return (
    `The receiver checks signatures by ${destination}'s key: what ${variableOf(destination)} says, in the environment or ` +
    `in .env; else what npm start has made, as "destination/${destination}" in ${file}.`
  );
}
