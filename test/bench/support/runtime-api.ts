import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type FunctionError, failed, type InvocationResult, maxPayloadBytes } from '../../../local/lambda/function.ts';
import { listenOnLoopback } from '../../../local/lib/loopback.ts';

export type RuntimeApi = {
  /** `host:port`, as in AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Hands an event to the function. Only one at a time; `deadline` in epoch milliseconds. */
  readonly invoke: (event: string, deadline: number) => Promise<InvocationResult>;
  /** The process is gone: whatever it was doing has failed. */
  readonly abandon: (error: FunctionError) => void;
  readonly close: () => void;
};

type Listener = {
  readonly functionArn: string;
  /** The handler is loaded and asks for its first event. */
  readonly onReady: () => void;
  readonly onInitError: (error: FunctionError) => void;
};

/**
 * The Lambda Runtime API for one instance of a function
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
 */
export async function createRuntimeApi({ functionArn, onReady, onInitError }: Listener): Promise<RuntimeApi> {
  let asking: ServerResponse | undefined;
  let event: { readonly headers: Record<string, string>; readonly body: string } | undefined;
  let running: { readonly requestId: string; readonly settle: (result: InvocationResult) => void } | undefined;
  let ready = false;

  const handOver = () => {
    if (!asking || !event) return;
    answer(asking, 200, event.body, event.headers);
    asking = undefined;
    event = undefined;
  };

  const settle = (requestId: string, result: InvocationResult): boolean => {
    if (running?.requestId !== requestId) return false;
    const { settle } = running;
    running = undefined;
    settle(result);
    return true;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const [resource, id] = route(request.url ?? '');
    if (resource === 'next') {
      asking = response;
      if (!ready) onReady();
      ready = true;
      return handOver();
    }
    const body = await read(request);
    if (resource === 'init-error') onInitError(functionError(body));
    else if (resource === undefined || !settle(id, resource === 'response' ? succeeded(body) : thrown(body))) {
      return answer(response, 400, '{"errorType":"InvalidRequestID"}');
    }
    answer(response, 202, '{"status":"OK"}');
  };

  // A process that dies in the middle of a request is reported by its exit, not by its connection.
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  const port = await listenOnLoopback(server);

  return {
    address: `127.0.0.1:${port}`,
    invoke: (body, deadline) =>
      new Promise((resolve) => {
        const requestId = randomUUID();
        running = { requestId, settle: resolve };
        event = { body, headers: invocationHeaders(requestId, functionArn, deadline) };
        handOver();
      }),
    abandon: (error) => {
      if (running) settle(running.requestId, { succeeded: false, error });
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

type Resource = 'next' | 'response' | 'error' | 'init-error';

function route(url: string): readonly [Resource | undefined, string] {
  const path = url.replace('/2018-06-01/runtime/', '');
  if (path === 'invocation/next') return ['next', ''];
  if (path === 'init/error') return ['init-error', ''];
  const [, id = '', what] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
  return [what === 'response' || what === 'error' ? what : undefined, id];
}

function invocationHeaders(requestId: string, functionArn: string, deadline: number): Record<string, string> {
  const time = Math.floor(Date.now() / 1000).toString(16);
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': requestId,
    'lambda-runtime-deadline-ms': String(deadline),
    'lambda-runtime-invoked-function-arn': functionArn,
    'lambda-runtime-trace-id': `Root=1-${time}-${requestId.replaceAll('-', '').slice(0, 24)};Sampled=0`,
  };
}

/** With its length, so that it goes out in one write. */
function answer(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function succeeded(body: Buffer): InvocationResult {
  if (body.length <= maxPayloadBytes) return { succeeded: true, payload: body.toString() };
  return failed('Function.ResponseSizeTooLarge', `The response is over ${maxPayloadBytes} bytes.`);
}

const thrown = (body: Buffer): InvocationResult => ({ succeeded: false, error: functionError(body) });

/** What a runtime posts when its function failed; bytes that are nothing of the kind are an error as well. */
function functionError(body: Buffer): FunctionError {
  try {
    const { errorType, errorMessage, trace } = JSON.parse(body.toString());
    return {
      errorType: String(errorType),
      errorMessage: String(errorMessage),
      ...(Array.isArray(trace) && { trace: trace.map(String) }),
    };
  } catch {
    return { errorType: 'Runtime.Unknown', errorMessage: 'The function failed without saying why.' };
  }
}
