import { resolve } from 'node:path';
import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { noteWrapped } from '../terminal/wrap.ts';
import { setInEnvFile, variableOf } from './env-file.ts';

/** Into `.env` in this directory, from where the stack on this machine takes it. */
export function storeForLocal(destination: string, secret: string): void {
  const variable = variableOf(destination);
  setInEnvFile(resolve('.env'), variable, secret);
  noteWrapped(`✓ ${variable} is in .env, which only you can read. The next npm start takes it up.`);
  const { [variable]: other } = process.env;
  if (other && other !== secret)
    noteWrapped(`! Another value of ${variable} is in the environment, and that one counts.`);
}

/** Into the secret that the stack has made for the destination. */
export async function storeOnAws(client: SecretsManagerClient, secretId: string, secret: string): Promise<void> {
  await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: secret }));
  noteWrapped('✓ The credentials are in Secrets Manager. They are taken up within five minutes.');
}
