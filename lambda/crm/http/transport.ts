import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';

export type HttpRequest = {
  readonly method: string;
  /** `https://api.example.com` */
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
};

export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Streamed; throws if the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>;
};

export type Transport = {
  /** @throws the network's error or the signal's reason, before the answer or while its body is read */
  readonly send: (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;
  readonly close: () => void;
};

export class ConnectionTimeout extends Error {
  override readonly name = 'ConnectionTimeout';
}

const maxConnections = 50;

type Agents = { readonly plain: http.Agent; readonly secure: https.Agent };

const keepAlive = (): Agents => {
  const settings = { keepAlive: true, maxSockets: maxConnections };
  return { plain: new http.Agent(settings), secure: new https.Agent(settings) };
};

/** Node's own client: `fetch` would triple the work of the first chat. */
export function createTransport(connectionTimeoutMs: number, agents = keepAlive()): Transport {
  const plain = { request: http.request, agent: agents.plain };
  const secure = { request: https.request, agent: agents.secure };

  const send: Transport['send'] = ({ method, origin, path, headers, body }, signal) =>
    new Promise((resolve, reject) => {
      const { request, agent } = origin.startsWith('https:') ? secure : plain;
      // One object: the wrappers that tracers and AWS emulators put around `request` often accept nothing else.
      const options = { ...urlToHttpOptions(new URL(origin)), agent, method, path, headers, signal };
      const outgoing = request(options, (incoming) =>
        resolve({ status: incoming.statusCode ?? 0, headers: joined(incoming.headers), body: incoming }),
      );
      outgoing.on('error', reject);
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(() => outgoing.destroy(new ConnectionTimeout()), connectionTimeoutMs);
        for (const end of ['connect', 'close']) socket.once(end, () => clearTimeout(timer));
      });
      outgoing.end(body);
    });

  return {
    send,
    close: () => {
      plain.agent.destroy();
      secure.agent.destroy();
    },
  };
}

const joined = (headers: http.IncomingHttpHeaders) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat().join(', ')]));
