import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';

/** One request as it goes out. */
export type HttpRequest = {
  readonly method: string;
  /** `https://api.example.com` */
  readonly origin: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
};

export type HttpResponse = {
  readonly status: number;
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** It comes as it is read, and throws where it breaks off. */
  readonly body: AsyncIterable<Uint8Array>;
};

/** What carries the requests. */
export type Transport = {
  /** @throws what the network said, or the signal, whether before the answer or while its body is read */
  readonly send: (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;
  readonly close: () => void;
};

/** The connection took too long: nothing was sent. */
export class ConnectionTimeout extends Error {
  override readonly name = 'ConnectionTimeout';
}

const maxConnections = 50;

/** Node's own client, over connections that are kept: `fetch` would be three times a first chat’s work. */
export function createTransport(connectionTimeoutMs: number): Transport {
  const settings = { keepAlive: true, maxSockets: maxConnections };
  const plain = { request: http.request, agent: new http.Agent(settings) };
  const secure = { request: https.request, agent: new https.Agent(settings) };

  const send: Transport['send'] = ({ method, origin, path, headers, body }, signal) =>
    new Promise((resolve, reject) => {
      const { request, agent } = origin.startsWith('https:') ? secure : plain;
      // One object: what tracers and emulators of AWS put around `request` often knows no other form.
      const options = { ...urlToHttpOptions(new URL(origin)), agent, method, path, headers, signal };
      const outgoing = request(options, (incoming) =>
        resolve({ status: incoming.statusCode ?? 0, headers: joined(incoming.headers), body: incoming }),
      );
      outgoing.on('error', reject);
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) return;
        const patience = setTimeout(() => outgoing.destroy(new ConnectionTimeout()), connectionTimeoutMs);
        for (const end of ['connect', 'close']) socket.once(end, () => clearTimeout(patience));
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
