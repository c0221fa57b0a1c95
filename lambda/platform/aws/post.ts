import http from 'node:http';
import https from 'node:https';
import type { Headers } from './signature.ts';

export type Answer = { readonly status: number; readonly text: string };

export type Timeouts = {
  readonly connectionTimeoutMs: number;
  /** For the whole exchange: the wait for a free connection, and an answer that trickles, included. */
  readonly requestTimeoutMs: number;
};

const mostConnections = 50;

/**
 * Posts to the root of an origin, over connections that are kept. Node's own client: the SDK's handler around it is a
 * fifth of a call's work.
 */
export function createPost(origin: string, { connectionTimeoutMs, requestTimeoutMs }: Timeouts) {
  const { protocol, hostname, port } = new URL(origin);
  const { Agent, request } = protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: mostConnections });

  /** @throws TimedOut, or what the network said */
  return (headers: Headers, body: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const give = (reason: Error) => {
        clearTimeout(patience);
        reject(reason);
        outgoing.destroy();
      };
      const giveUpAfter = (milliseconds: number) => setTimeout(() => give(new TimedOut(milliseconds)), milliseconds);
      const length = String(Buffer.byteLength(body));
      const options = { agent, hostname, port, method: 'POST', headers: { ...headers, 'content-length': length } };
      const outgoing = request(options, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (part: string) => {
          text += part;
        });
        incoming.on('error', give);
        incoming.on('end', () => {
          clearTimeout(patience);
          resolve({ status: incoming.statusCode ?? 0, text });
        });
      });
      const patience = giveUpAfter(requestTimeoutMs);
      outgoing.on('error', give);
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) return;
        const connecting = giveUpAfter(connectionTimeoutMs);
        socket.once('connect', () => clearTimeout(connecting));
        socket.once('close', () => clearTimeout(connecting));
      });
      outgoing.end(body);
    });
}

class TimedOut extends Error {
  override readonly name = 'TimeoutError';
  readonly code = 'ETIMEDOUT';
  constructor(milliseconds: number) {
    super(`There was no answer within ${milliseconds} ms.`);
  }
}
