import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';

/** The template reads `Data` with `Fn::GetAtt`. */
export type Result =
  | { readonly Status: 'SUCCESS'; readonly Data?: Readonly<Record<string, string>> }
  | { readonly Status: 'FAILED'; readonly Reason: string };

const timeoutMs = 10_000;
/** CloudFormation refuses a response above 4,096 bytes. */
const maxReasonLength = 1000;

/**
 * PUTs the result to the URL in the request; CloudFormation waits for it, whatever the function returns. The URL is
 * signed, so anyone who has it can answer: no message contains it.
 * @throws Error if it was not accepted; Lambda then invokes the function again
 */
export async function answer(event: CloudFormationCustomResourceEvent, result: Result): Promise<void> {
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
  const signal = AbortSignal.timeout(timeoutMs);
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
