import { createHash } from 'node:crypto';

/** Reads one version of a secret. Throws an error named `ResourceNotFoundException` where there is none. */
export type ReadVersion = (
  secretId: string,
  stage: 'AWSCURRENT' | 'AWSPREVIOUS',
) => Promise<{ readonly SecretString?: unknown }>;

/** The characters that a URL's path carries unescaped (RFC 3986, unreserved). */
const urlSafe = /^[A-Za-z0-9._~-]+$/;

/**
 * Hex SHA-256 of every key that the hook accepts: the secret's current version, and the version before it where there
 * is one, since Smartsupp takes days to change a URL.
 * @throws Error where the secret has no value, or one that could never arrive in a URL's path
 */
export async function readDigests(read: ReadVersion, secretId: string): Promise<readonly string[]> {
  const current = textIn(await read(secretId, 'AWSCURRENT'));
  if (!urlSafe.test(current)) {
    throw new Error(
      'The hook key must be letters, digits or ._~- alone, with no line break at its end: ' +
        'put such a value into the secret and deploy again.',
    );
  }
  const previous = await read(secretId, 'AWSPREVIOUS').then(textIn, absentVersion);
  // A version before it that no URL can carry was a slip that has been put right: nobody uses it.
  const keys = urlSafe.test(previous) ? [current, previous] : [current];
  return [...new Set(keys.map(digest))];
}

const textIn = ({ SecretString: key }: Awaited<ReturnType<ReadVersion>>) => (typeof key === 'string' ? key : '');

/** A secret that was never changed has no previous version. */
function absentVersion(error: unknown): '' {
  if (error instanceof Error && error.name === 'ResourceNotFoundException') return '';
  throw error;
}

const digest = (key: string) => createHash('sha256').update(key).digest('hex');
