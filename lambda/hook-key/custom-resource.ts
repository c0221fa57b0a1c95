import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';

/** What a request came to. `Data` is what the template reads with `Fn::GetAtt`. */
export type Result =
  | { readonly Status: 'SUCCESS'; readonly Data?: Readonly<Record<string, string>> }
  | { readonly Status: 'FAILED'; readonly Reason: string };

const timeoutMs = 10_000;
/** CloudFormation refuses an answer above 4,096 bytes. */
const maxReasonLength = 1000;

/**
 * PUTs the result to the URL that came with the request: until then CloudFormation waits, whatever the function
 * returned. The URL is signed, so whoever holds it can answer for us: no message names it.
 * @throws Error where it was not taken; Lambda then invokes the function again
 */
export async function answer(event: CloudFormationCustomResourceEvent, result: Result): Promise<void> {
  const response: CloudFormationCustomResourceResponse = {
    ...(result.Status === 'FAILED' ? { ...result, Reason: result.Reason.slice(0, maxReasonLength) } : result),
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    // One for good: with another, CloudFormation would have "the old resource" deleted.
    PhysicalResourceId: 'hook-key-digests',
  };
  const status = await put(responseUrl(event.ResponseURL), JSON.stringify(response));
  if (status !== 200) throw new Error(`CloudFormation did not take the answer: HTTP ${status}`);
}

async function put(url: URL, text: string): Promise<number> {
  // Bytes, since with a text fetch would send a content type, which the URL's signature does not cover.
  const body = Buffer.from(text);
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { method: 'PUT', body, signal, redirect: 'error' }).catch((error: unknown) => {
    throw new Error(`CloudFormation could not be reached: ${nameOf(error)}`);
  });
  await response.body?.cancel();
  return response.status;
}

/** Such as ECONNREFUSED or TimeoutError. */
function nameOf(error: unknown): string {
  const { name, cause } = Object(error);
  return String(Object(cause).code ?? name);
}

/** HTTPS; plain HTTP only on this machine, where the local stack takes CloudFormation's part. */
function responseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'https:') return url;
  if (url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)) return url;
  throw new Error('The URL to answer to is neither HTTPS nor on this machine.');
}
