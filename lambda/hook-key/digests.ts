import { createHash } from 'node:crypto';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** The characters that a URL's path carries unescaped (RFC 3986, unreserved). */
const urlSafe = /^[A-Za-z0-9._~-]+$/;

/**
 * Hex SHA-256 of every key that the hook accepts: the secret's current version, and the version before it where there
 * is one, since Smartsupp takes days to change a URL.
 *
 * @throws Error where the secret has no value, or one that could never arrive in a URL's path.
 */
export const readDigests = async (client: SecretsManagerClient, secretId: string): Promise<readonly string[]> => {
  const current = await readVersion(client, secretId, 'AWSCURRENT');
  const previous = await readVersion(client, secretId, 'AWSPREVIOUS').catch(absentVersion);
  const keys = previous === undefined ? [current] : [current, previous];
  return [...new Set(keys.map(digest))];
};

const readVersion = async (client: SecretsManagerClient, secretId: string, stage: string): Promise<string> => {
  const { SecretString: key = '' } = await client.send(
    new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
  );
  if (urlSafe.test(key)) return key;
  throw new Error(
    `The hook key (version ${stage}) must be letters, digits or ._~- alone, with no line break at its end: ` +
      'put such a value into the secret and deploy again.',
  );
};

/** A secret that was never changed has no previous version. */
const absentVersion = (error: unknown): undefined => {
  if (error instanceof ResourceNotFoundException) return undefined;
  throw error;
};

const digest = (key: string): string => createHash('sha256').update(key).digest('hex');
