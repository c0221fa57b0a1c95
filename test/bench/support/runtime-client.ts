import { Agent, request } from 'node:http';

/** What the Runtime API hands out: the event and what it says about the invocation. */
export type Invocation = {
  readonly requestId: string;
  readonly functionArn: string;
  readonly traceId: string;
  /** Epoch milliseconds at which Lambda gives up. */
  readonly deadline: number;
  readonly event: string;
};

/**
 * The function's side of the Lambda Runtime API
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
 */
export function createRuntimeClient(runtimeApi: string) {
  const { hostname, port } = new URL(`http://${runtimeApi}`);
  const agent = new Agent({ keepAlive: true });

  const call = (method: 'GET' | 'POST', path: string, body = '', headers: Record<string, string> = {}) =>
    new Promise<{ readonly headers: Record<string, unknown>; readonly body: string }>((resolve, reject) => {
      const options = { agent, hostname, port, path: `/2018-06-01/runtime${path}`, method, headers };
      const outgoing = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  return {
    /** Waits, for as long as it takes, for something to do. */
    async next(): Promise<Invocation> {
      const { headers, body } = await call('GET', '/invocation/next');
      return {
        requestId: String(headers['lambda-runtime-aws-request-id']),
        functionArn: String(headers['lambda-runtime-invoked-function-arn']),
        traceId: String(headers['lambda-runtime-trace-id']),
        deadline: Number(headers['lambda-runtime-deadline-ms']),
        event: body,
      };
    },
    respond: (requestId: string, payload: string) => call('POST', `/invocation/${requestId}/response`, payload),
    fail: (requestId: string, error: unknown) => postError(`/invocation/${requestId}/error`, error),
    failInit: (error: unknown) => postError('/init/error', error),
  };

  function postError(path: string, thrown: unknown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const body = { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
    return call('POST', path, JSON.stringify(body), { 'lambda-runtime-function-error-type': 'Unhandled' });
  }
}
