import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { requiredEnv } from './env.ts';

type Service = 'SQS' | 'DYNAMODB' | 'SECRETS_MANAGER';

export type CallLimits = { readonly maxAttempts: number; readonly requestTimeoutMs: number };

/** No call may hold a batch until the function is stopped. */
const defaultLimits: CallLimits = { maxAttempts: 3, requestTimeoutMs: 8_000 };

/** Leaves nothing for the SDK to look up: each client would search for files that a function does not have. */
export function awsClientOptions(service: Service, { maxAttempts, requestTimeoutMs }: CallLimits = defaultLimits) {
  const { AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL } = process.env;
  const endpoint = process.env[`AWS_ENDPOINT_URL_${service}`] || AWS_ENDPOINT_URL;
  return {
    region: requiredEnv('AWS_REGION'),
    credentials: {
      accessKeyId: requiredEnv('AWS_ACCESS_KEY_ID'),
      secretAccessKey: requiredEnv('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken && { sessionToken }),
    },
    ...(endpoint ? { endpoint } : { ignoreConfiguredEndpointUrls: true }),
    maxAttempts,
    retryMode: 'standard',
    // Otherwise each call sorts the client's two dozen middlewares anew.
    cacheMiddleware: true,
    requestHandler: new RequestHandler({ connectionTimeoutMs: 1_000, requestTimeoutMs, now: Date.now }),
    defaultsMode: 'legacy',
    accountIdEndpointMode: 'disabled',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: [],
    disableClockSkewCorrection: false,
    userAgentAppId: async () => undefined,
  } satisfies DynamoDBClientConfig;
}

/**
 * Compiles what a call needs, but sends nothing: the call is prepared and signed, and then finds itself aborted. While a
 * function starts it has a full core, so this saves the first real call 100 ms.
 */
export function warmUp(send: (options: { readonly abortSignal: AbortSignal }) => Promise<unknown>): void {
  send({ abortSignal: AbortSignal.abort() }).catch(() => {});
}

type RequestHandlerOptions = {
  readonly connectionTimeoutMs: number;
  /** Per attempt, including the wait for a free connection. */
  readonly requestTimeoutMs: number;
  readonly now: () => number;
};

/** A server may close a socket that was idle for longer, and a frozen function does not notice. */
const maxIdleMs = 10_000;

/** Adds time-outs, and drops idle sockets by the clock: Node's timers stop while Lambda freezes a function. */
export class RequestHandler extends NodeHttpHandler {
  readonly #idleDrops: readonly (() => void)[];
  readonly #requestTimeoutMs: number;

  constructor({ connectionTimeoutMs, requestTimeoutMs, now }: RequestHandlerOptions) {
    const options = { keepAlive: true, maxSockets: 50 };
    const httpAgent = new HttpAgent(options);
    const httpsAgent = new HttpsAgent(options);
    super({
      httpAgent,
      httpsAgent,
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      // By default, a request that takes too long is only warned about.
      throwOnRequestTimeout: true,
    });
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#idleDrops = [idleDrop(httpAgent, now), idleDrop(httpsAgent, now)];
  }

  override async handle(...request: Parameters<NodeHttpHandler['handle']>) {
    for (const drop of this.#idleDrops) drop();
    const answer = await super.handle(...request);
    const body: Readable = answer.response.body;
    // The server may stall in the middle of its answer, or send it byte by byte.
    const timeout = setTimeout(() => body.destroy(new AnswerTimeout()), this.#requestTimeoutMs);
    body.once('close', () => clearTimeout(timeout));
    return answer;
  }
}

/** The SDK retries errors of this name. */
class AnswerTimeout extends Error {
  override readonly name = 'TimeoutError';
  constructor() {
    super('AWS began to answer, and did not end in time.');
  }
}

function idleDrop(agent: HttpAgent, now: () => number): () => void {
  const idleSince = new WeakMap<Duplex, number>();
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    idleSince.set(socket, now());
    return keep(socket);
  };
  return () => {
    const oldest = now() - maxIdleMs;
    for (const socket of Object.values(agent.freeSockets).flat()) {
      if (socket !== undefined && (idleSince.get(socket) ?? 0) < oldest) socket.destroy();
    }
  };
}
