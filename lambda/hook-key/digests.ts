import { createHash } from 'node:crypto';

/** Reads one version of a secret. Throws an error named `ResourceNotFoundException` if there is none. */
export type ReadVersion = (
  secretId: string,
  stage: 'AWSCURRENT' | 'AWSPREVIOUS',
) => Promise<{ readonly SecretString?: unknown }>;

/** The characters that a URL's path carries unescaped (RFC 3986, unreserved). */
const urlSafe = /^[A-Za-z0-9._~-]+$/;

/**
 * Hex SHA-256 digests of the accepted keys: the secret's current version, and the previous one if there is one, since
 * Smartsupp takes days to change a URL.
 * @throws Error if the secret is empty or cannot be part of a URL's path
 */
export async function readDigests(read: ReadVersion, secretId: string): Promise<readonly string[]> {
  const current = textIn(await read(secretId, 'AWSCURRENT'));
  if (!urlSafe.test(current)) {
    throw new Error(
      'The hook key must consist of letters, digits and ._~- only, without a line break at its end. ' +
        'Put such a value into the secret and deploy again.',
    );
  }
  const previous = await read(secretId, 'AWSPREVIOUS').then(textIn, emptyIfMissing);
  // A previous version that fits no URL was a mistake, so nobody uses it.
  const keys = urlSafe.test(previous) ? [current, previous] : [current];
  return [...new Set(keys.map(digest))];
}

const textIn = ({ SecretString: key }: Awaited<ReturnType<ReadVersion>>) => (typeof key === 'string' ? key : '');

function emptyIfMissing(error: unknown): '' {
  if (error instanceof Error && error.name === 'ResourceNotFoundException') return '';
  throw error;
}

const digest = (key: string) => createHash('sha256').update(key).digest('hex');
