import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';

type RequestHandlerOptions = {
  readonly connectionTimeoutMs: number;
  /** Per attempt, the wait for a free connection included. */
  readonly requestTimeoutMs: number;
  readonly now: () => number;
};

/** A server may let go of a socket that was idle for longer, without a word that would reach a frozen function. */
const maxIdleMs = 10_000;

/**
 * The SDK's handler, which does not wait forever. Idle sockets are dropped by the clock, because Node's timers stand still
 * while Lambda freezes a function:
 *
 *     invocation ──▶ socket idle │ frozen, the server closes │ invocation ──▶ too old: destroyed, a new one is opened
 */
export class RequestHandler extends NodeHttpHandler {
  readonly #dropIdle: () => void;
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
      // Without it a request that takes too long is only warned about.
      throwOnRequestTimeout: true,
    });
    this.#requestTimeoutMs = requestTimeoutMs;
    const drops = [idleDrop(httpAgent, now), idleDrop(httpsAgent, now)];
    this.#dropIdle = () => {
      for (const drop of drops) drop();
    };
  }

  override async handle(...request: Parameters<NodeHttpHandler['handle']>) {
    this.#dropIdle();
    const answer = await super.handle(...request);
    const body: Readable = answer.response.body;
    // For a server that falls silent in the middle of its answer, or sends it byte by byte.
    const timeout = setTimeout(() => body.destroy(new AnswerTimeout()), this.#requestTimeoutMs);
    body.once('close', () => clearTimeout(timeout));
    return answer;
  }
}

/** Named as the SDK names what may pass, and is tried again. */
class AnswerTimeout extends Error {
  override readonly name = 'TimeoutError';
  constructor() {
    super('AWS began to answer, and did not end in time.');
  }
}

/** Destroys the sockets of an agent that have been idle for too long. */
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
