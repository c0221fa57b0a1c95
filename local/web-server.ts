import { createServer, type Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { StartError } from './lib/errors.ts';
import { listenOnLoopback, portOf } from './lib/loopback.ts';

/** A finished answer may take this long to be written, in milliseconds. */
const flushTimeoutMs = 200;

/** A request that comes during the start waits at most this long, in milliseconds: less than senders usually do. */
const maxWaitMs = 20_000;
/** More requests than this do not wait. */
const maxWaiting = 1000;

type Serve = (request: Request, bindings: HttpBindings) => Response | Promise<Response>;

export type WebServer = {
  readonly origin: string;
  /** The address on this machine, whatever HOST is: the demo CRM's destination may use plain HTTP only on loopback. */
  readonly loopbackOrigin: string;
  readonly serve: (serve: Serve) => void;
  readonly stopTaking: () => void;
  /** Closes every connection once its answer is written, or after `flushTimeoutMs`. */
  readonly close: () => Promise<void>;
};

const unavailable: Serve = () =>
  Response.json({ message: 'Service Unavailable' }, { status: 503, headers: { 'retry-after': '5' } });

/**
 * Listens at once. A request that comes before `serve` is called waits for it, since nobody may repeat it, and is answered 503 in
 * the end. Only `/healthz` is answered 503 at once. Throws StartError if the port is taken.
 */
export async function openWebServer(host: string, port: number): Promise<WebServer> {
  const { promise: started, resolve: start } = Promise.withResolvers<Serve>();
  let waiting = 0;
  let current: Serve = async (request, bindings) => {
    if (waiting >= maxWaiting || new URL(request.url).pathname === '/healthz') return unavailable(request, bindings);
    waiting += 1;
    const serve = await Promise.race([started, sleep(maxWaitMs, unavailable, { ref: false })]);
    waiting -= 1;
    return serve(request, bindings);
  };
  // Hono's global Request and Response would also change fetch in this process.
  const listener = getRequestListener((request, bindings) => current(request, bindings as HttpBindings), {
    overrideGlobalObjects: false,
  });
  const server = createServer(listener);
  await listen(server, host, port);
  const origin = `http://${authority(host)}:${portOf(server)}`;
  const servers = [server];
  let loopbackOrigin = origin;
  if (!isLoopback(host)) {
    const loopback = createServer(listener);
    loopbackOrigin = `http://127.0.0.1:${await listenOnLoopback(loopback)}`;
    servers.push(loopback);
  }
  let closed: Promise<unknown> | undefined;
  const stopTaking = () => {
    current = unavailable;
    start(unavailable);
    closed ??= Promise.all(servers.map((each) => new Promise((resolve) => each.close(resolve))));
    return closed;
  };

  return {
    origin,
    loopbackOrigin,
    serve(serve) {
      current = serve;
      start(serve);
    },
    stopTaking,
    async close() {
      await Promise.race([stopTaking(), sleep(flushTimeoutMs, undefined, { ref: false })]);
      for (const each of servers) each.closeAllConnections();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new StartError(explain(error, host, port))));
    server.listen(port, host, resolve);
  });
}

function explain({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken. Stop what listens there, or choose another, such as PORT=${port + 1}.`;
  }
  if (code === 'EACCES') return `Port ${port} needs an administrator. Choose another, such as PORT=3000.`;
  return `Cannot listen on ${host}, port ${port} (${code ?? message}). Set HOST to an address of this machine.`;
}

/** A wildcard address cannot be opened in a browser. */
function authority(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

const isLoopback = (host: string) => /^(127\.|localhost$|::1$|0\.0\.0\.0$|::$)/.test(host);
