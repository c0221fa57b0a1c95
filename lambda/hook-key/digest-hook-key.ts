import { createHash } from 'node:crypto';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Log } from '../platform/logger.ts';
import { answer, type Result } from './custom-resource.ts';

type DigestHookKeyDependencies = {
  readonly readVersion: ReadVersion;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly log: Log;
};

/** IAM takes a while to know a new role: ten attempts take 36 s, well within the function's minute. */
const maxAttempts = 10;
const retryMs = 4_000;

/**
 * The custom resource behind `HOOK_KEY_DIGESTS`. It digests the secret named by the property `SecretId` at deployment,
 * so that `receive` needs no call at a cold start and never holds the key.
 */
export function createDigestHookKey({ readVersion, sleep, log }: DigestHookKeyDependencies) {
  const readPatiently = retryOnAccessDenied(readVersion, sleep);
  return async (event: CloudFormationCustomResourceEvent): Promise<void> => {
    const result = await resultOf(event, readPatiently);
    const { RequestType: request } = event;
    if (result.Status === 'SUCCESS') log.info('hook key digested', { request });
    else log.error('hook key not digested', { request, reason: result.Reason });
    await answer(event, result);
  };
}

async function resultOf(event: CloudFormationCustomResourceEvent, readVersion: ReadVersion): Promise<Result> {
  // Nothing to delete: the secret belongs to CloudFormation.
  if (event.RequestType === 'Delete') return { Status: 'SUCCESS' };
  try {
    const digests = await readDigests(readVersion, String(event.ResourceProperties['SecretId']));
    return { Status: 'SUCCESS', Data: { Digests: digests.join(',') } };
  } catch (error) {
    return { Status: 'FAILED', Reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

const retryOnAccessDenied =
  (read: ReadVersion, sleep: DigestHookKeyDependencies['sleep'], attempts = maxAttempts): ReadVersion =>
  async (secretId, stage) => {
    try {
      return await read(secretId, stage);
    } catch (error) {
      if (attempts <= 1 || !(error instanceof Error) || error.name !== 'AccessDeniedException') throw error;
      await sleep(retryMs);
      return retryOnAccessDenied(read, sleep, attempts - 1)(secretId, stage);
    }
  };

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
