import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export type Call = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly text: string;
};

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
};

/** What happens to one call on its way. */
export type Trouble = {
  /** Milliseconds, there and back again each. */
  readonly delayMs?: number;
  /** It never arrives, and gets this instead. */
  readonly refused?: 'reset' | Answer;
  /** It arrives and takes effect, and its answer does not say so: `half` stops in the middle of the true one. */
  readonly spoilt?: 'reset' | 'half' | Answer;
};

export type BadLine = {
  readonly url: string;
  /** Nobody listens any more, and every connection is cut. */
  readonly shut: () => Promise<void>;
  /** Listens again, where it did. */
  readonly open: () => Promise<void>;
};

/** A line to a server on this machine, on which calls meet whatever `weather` has for them. */
export async function startBadLine(target: string, weather: (call: Call) => Trouble): Promise<BadLine> {
  const agent = new Agent({ keepAlive: true });

  const carry = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await buffer(incoming);
    const { method = 'GET', url: path = '/' } = incoming;
    const { delayMs = 0, refused, spoilt } = weather({ method, path, text: body.toString() });
    // From here on the caller may be gone: a call that was sent takes effect all the same.
    await sleep(delayMs);
    const answer = refused ?? (await forward(incoming, body));
    await sleep(delayMs);
    if (answer === 'reset' || spoilt === 'reset') outgoing.destroy();
    else if (spoilt === 'half') sendHalf(outgoing, answer);
    else send(outgoing, spoilt ?? answer);
  };

  const forward = ({ method, url, headers }: IncomingMessage, body: Buffer) =>
    new Promise<Answer>((resolve, reject) => {
      const outgoing = request(new URL(url ?? '/', target), { method, headers, agent }, (response) => {
        const { statusCode: status = 500, headers } = response;
        const answered = { status, headers: { 'content-type': headers['content-type'] ?? 'application/json' } };
        buffer(response).then((text) => resolve({ ...answered, text: text.toString() }), reject);
      });
      outgoing.on('error', reject).end(body);
    });

  const server = createServer((incoming, outgoing) => {
    carry(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    open: () => listen(port),
    shut: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(outgoing: ServerResponse, { status, headers, text }: Answer): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

function sendHalf(outgoing: ServerResponse, { status, text }: Answer): void {
  const bytes = Buffer.from(text);
  outgoing.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length + 1 });
  outgoing.write(bytes.subarray(0, bytes.length / 2), () => outgoing.destroy());
}
