import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Server as NetServer } from 'node:net';

/** Listens on loopback, by default on a free port, and returns the port. */
export async function listenOnLoopback(server: NetServer, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return portOf(server);
}

export function portOf(server: NetServer): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.');
  return address.port;
}

/** Stops listening, and closes every connection without waiting for its answer. */
export function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * Serves requests with the environment's access key, on loopback, and tells the parent process the port.
 * @param notice a line for the user
 */
export async function serve(server: Server, port: number, notice?: string): Promise<void> {
  const { AWS_ACCESS_KEY_ID: accessKey = '' } = process.env;
  if (accessKey === '') throw new Error('AWS_ACCESS_KEY_ID is not set: the local stack starts this program.');
  guard(server, accessKey);
  process.send?.({ port: await listenOnLoopback(server, port), notice });
}

/**
 * Checks every request before the server sees it: only one that names our access key gets in. A web page that
 * makes the user's browser send requests is refused even with the key: by its Origin, or, after DNS rebinding, its Host.
 */
export function guard(server: Server, accessKey: string): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const refusal = refusalOf(request, accessKey, portOf(server));
    if (refusal === undefined) {
      for (const listener of listeners) listener.call(server, request, response);
      return;
    }
    // The form of AWS's own errors, so that an SDK can show it.
    const body = JSON.stringify({ __type: 'AccessDeniedException', message: refusal });
    response.writeHead(403, { 'content-type': 'application/json' }).end(`${body}\n`);
  });
}

function refusalOf({ headers }: IncomingMessage, accessKey: string, port: number): string | undefined {
  if (headers.origin !== undefined) return 'No web page may call this server.';
  if (!loopbackNames.some((name) => headers.host === `${name}:${port}`)) {
    return 'This server answers to its own address only.';
  }
  const [, named = ''] = /^AWS4-HMAC-SHA256 Credential=([^/,]+)\//.exec(headers.authorization ?? '') ?? [];
  return isSameSecret(named, accessKey) ? undefined : "This is not the access key of the stack's last start.";
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** Takes as long whatever differs, so that a secret cannot be guessed piece by piece. */
export const isSameSecret = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

const digest = (text: string) => createHash('sha256').update(text).digest();
