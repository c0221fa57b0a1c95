import { createServer } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createApi, createRecords, type Records } from '../../local/demo/smartsupp/api.ts';
import { closeNow, listenOnLoopback } from '../../local/lib/loopback.ts';

export type { FakeChat } from '../../local/demo/smartsupp/api.ts';

/** A fault of the next requests; `times` is 1 by default. */
export type ApiFault = {
  readonly on?: (call: ApiCall) => boolean;
  readonly times?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
  /** Instead of an answer: closes the connection, or never answers. */
  readonly how?: 'reset' | 'silence';
};

export type ApiCall = { readonly method: string; readonly path: string; readonly query: URLSearchParams };

/** Smartsupp's REST API on this machine: a real server with given records and faults. */
export type FakeSmartsupp = Records & {
  /** For `api.url`. */
  readonly url: string;
  /** Oldest first. */
  readonly calls: readonly ApiCall[];
  readonly inject: (fault: ApiFault) => void;
  /** Runs before each answer, for example to change records while they are being read. */
  readonly beforeEach: (run: (call: ApiCall) => void) => void;
  readonly close: () => Promise<void>;
};

export async function startFakeSmartsupp({ token }: { readonly token: string }): Promise<FakeSmartsupp> {
  const records = createRecords();
  const api = createApi(records, token);
  const calls: ApiCall[] = [];
  const faults: { readonly fault: ApiFault; left: number }[] = [];
  const runs: ((call: ApiCall) => void)[] = [];

  const listener = getRequestListener(
    async (request, bindings) => {
      const { pathname, searchParams } = new URL(request.url);
      const call = { method: request.method, path: pathname.replace(/^\/v2/, ''), query: searchParams };
      calls.push(call);
      const failing = faults.find(({ fault, left }) => left > 0 && fault.on?.(call) !== false);
      for (const run of runs) run(call);
      if (failing === undefined) return api.fetch(request);
      failing.left -= 1;
      const {
        how,
        status = 503,
        headers = {},
        body = { code: 'unavailable', message: 'Try again later.' },
      } = failing.fault;
      if (how === 'silence') return new Promise<Response>(() => {});
      if (how === 'reset') {
        (bindings as HttpBindings).outgoing.destroy();
        return RESPONSE_ALREADY_SENT;
      }
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } });
    },
    { overrideGlobalObjects: false },
  );
  const server = createServer(listener);
  const port = await listenOnLoopback(server);

  return {
    ...records,
    url: `http://127.0.0.1:${port}/v2/`,
    calls,
    inject: (fault) => faults.push({ fault, left: fault.times ?? 1 }),
    beforeEach: (run) => runs.push(run),
    close: () => closeNow(server),
  };
}
