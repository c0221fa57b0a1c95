import { createHash } from 'node:crypto';
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import type { Log } from '../platform/logger.ts';

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

/** The template reads `Data` with `Fn::GetAtt`. */
type Result =
  | { readonly Status: 'SUCCESS'; readonly Data?: Readonly<Record<string, string>> }
  | { readonly Status: 'FAILED'; readonly Reason: string };

const answerTimeoutMs = 10_000;
/** CloudFormation refuses a response above 4,096 bytes. */
const maxReasonLength = 1000;

/**
 * PUTs the result to the URL in the request; CloudFormation waits for it, whatever the function returns. The URL is
 * signed, so anyone who has it can answer: no message contains it.
 * @throws Error if it was not accepted; Lambda then invokes the function again
 */
async function answer(event: CloudFormationCustomResourceEvent, result: Result): Promise<void> {
  const response: CloudFormationCustomResourceResponse = {
    ...(result.Status === 'FAILED' ? { ...result, Reason: result.Reason.slice(0, maxReasonLength) } : result),
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    // Never changes: with a new id, CloudFormation would delete "the old resource".
    PhysicalResourceId: 'hook-key-digests',
  };
  const status = await put(responseUrl(event.ResponseURL), JSON.stringify(response));
  if (status !== 200) throw new Error(`CloudFormation did not take the answer: HTTP ${status}`);
}

async function put(url: URL, text: string): Promise<number> {
  // Bytes, because fetch would add a content type to a text, and the URL's signature does not cover it.
  const body = Buffer.from(text);
  const signal = AbortSignal.timeout(answerTimeoutMs);
  const response = await fetch(url, { method: 'PUT', body, signal, redirect: 'error' }).catch((error: unknown) => {
    throw new Error(`CloudFormation could not be reached: ${nameOf(error)}`);
  });
  await response.body?.cancel();
  return response.status;
}

function nameOf(error: unknown): string {
  const { name, cause } = Object(error);
  return String(Object(cause).code ?? name);
}

/** Plain HTTP is allowed only on this machine, for the local stack. */
function responseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'https:') return url;
  if (url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)) return url;
  throw new Error('The URL to answer to is neither HTTPS nor on this machine.');
}
