import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';

/** What a request came to. `Data` is what the template reads with `Fn::GetAtt`. */
export type Result =
  | { readonly Status: 'SUCCESS'; readonly Data?: Readonly<Record<string, string>> }
  | { readonly Status: 'FAILED'; readonly Reason: string };

const answerTimeoutMs = 10_000;
/** CloudFormation refuses an answer above 4096 bytes. */
const longestReason = 1000;

/**
 * PUTs the result to the URL that came with the request: until then CloudFormation waits, whatever the function
 * returned. The URL is signed, so whoever holds it can answer for us: no message names it.
 *
 * @throws Error where it was not accepted; Lambda then invokes the function again.
 */
export const answer = async (event: CloudFormationCustomResourceEvent, result: Result): Promise<void> => {
  const response: CloudFormationCustomResourceResponse = {
    ...trimmed(result),
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    // One for good: another one would make CloudFormation delete "the old resource".
    PhysicalResourceId: 'hook-key-digests',
  };
  // Bytes, so that fetch adds no content type, which the URL's signature does not cover.
  const body = Buffer.from(JSON.stringify(response));
  const status = await put(responseUrl(event.ResponseURL), body);
  if (status !== 200) throw new Error(`CloudFormation did not take the answer: HTTP ${status}`);
};

const trimmed = (result: Result): Result =>
  result.Status === 'FAILED' ? { ...result, Reason: result.Reason.slice(0, longestReason) } : result;

const put = async (url: URL, body: Buffer): Promise<number> => {
  const signal = AbortSignal.timeout(answerTimeoutMs);
  const response = await fetch(url, { method: 'PUT', body, signal, redirect: 'error' }).catch((error: unknown) => {
    throw new Error(`CloudFormation could not be reached: ${causeOf(error)}`);
  });
  await response.body?.cancel();
  return response.status;
};

const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown cause';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
};

/** HTTPS; plain HTTP only on this machine, where the local stack takes CloudFormation's part. */
const responseUrl = (text: string): URL => {
  const url = URL.parse(text);
  if (url?.protocol === 'https:') return url;
  if (url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)) return url;
  throw new Error('The URL to answer to is neither HTTPS nor on this machine');
};
