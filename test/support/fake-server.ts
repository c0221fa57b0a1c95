import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** Parsed where it is JSON. */
  readonly body: unknown;
  readonly bytes: Uint8Array;
  /** Of `multipart/form-data`. */
  readonly form: FormData | undefined;
};

export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string as it is; nothing for undefined. */
  readonly body?: unknown;
};

/** Something that goes wrong once, on the next request or the next that `on` picks. */
export type Fault = {
  readonly on?: (request: Received) => boolean;
  /** The request takes effect, although its answer does not say so. */
  readonly takesEffect?: boolean;
  /**
   * `reset` closes the connection, `silence` never answers, `half` stops in the middle of the true answer, and `endless`
   * begins a body that never ends. A function makes another of the true answer.
   */
  readonly how: Reply | ((truth: Reply) => Reply) | 'reset' | 'silence' | 'half' | 'endless';
};

export type FakeServer = {
  readonly url: string;
  /** In the order they came. */
  readonly requests: readonly Received[];
  readonly inject: (fault: Fault) => void;
  /** Aborted when the next fault is a silence or an endless body: by it, and not by the clock, a client gives up. */
  readonly stalled: () => AbortSignal;
  readonly close: () => Promise<void>;
};

/** A real HTTP server on this machine that gives `answer`, and whatever trouble is injected. */
export async function startFakeServer(answer: (request: Received) => Reply): Promise<FakeServer> {
  const requests: Received[] = [];
  const faults: Fault[] = [];
  let stall = new AbortController();
  /** A moment later: what was written until then may arrive. */
  const stallSoon = () => void setTimeout(() => stall.abort(), 20);

  const server = createServer((incoming, outgoing) => {
    const respond = (request: Received) => {
      requests.push(request);
      const at = faults.findIndex(({ on }) => on === undefined || on(request));
      const [fault] = at < 0 ? [] : faults.splice(at, 1);
      if (fault === undefined) return send(outgoing, answer(request));
      const needsTruth = fault.how === 'half' || typeof fault.how === 'function';
      const truth = fault.takesEffect || needsTruth ? answer(request) : undefined;
      switch (fault.how) {
        case 'reset':
          return outgoing.destroy();
        case 'silence':
          return stallSoon();
        case 'half':
          return sendHalf(outgoing, truth);
        case 'endless':
          outgoing.writeHead(200, { 'content-type': 'application/json' });
          return outgoing.write('{"id":"', stallSoon);
        default:
          return send(outgoing, typeof fault.how === 'function' ? fault.how(truth ?? { status: 200 }) : fault.how);
      }
    };
    // A client that goes away in the middle of its request gets no answer.
    void receive(incoming).then(respond, () => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    inject: (fault) => faults.push(fault),
    stalled: () => {
      if (stall.signal.aborted) stall = new AbortController();
      return stall.signal;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(incoming: IncomingMessage): Promise<Received> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://fake');
  const { method = '', headers } = incoming;
  const form = await formIn(bytes, headers['content-type'] ?? '');
  const path = decodeURIComponent(pathname);
  return { method, path, query: searchParams, headers, text, body: parse(text), bytes, form };
}

/** Node's own parser, so that what is sent is right for more than the fakes. */
const formIn = async (bytes: Uint8Array, type: string): Promise<FormData | undefined> =>
  type.startsWith('multipart/form-data')
    ? new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
    : undefined;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const written = ({ body }: Reply) => (typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body));

function send(outgoing: ServerResponse, reply: Reply): void {
  outgoing.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(written(reply));
}

function sendHalf(outgoing: ServerResponse, reply: Reply | undefined): void {
  const text = written(reply ?? { status: 200, body: {} });
  outgoing.writeHead(reply?.status ?? 200, { 'content-type': 'application/json', 'content-length': text.length + 1 });
  outgoing.write(text.slice(0, text.length / 2), () => outgoing.destroy());
}
