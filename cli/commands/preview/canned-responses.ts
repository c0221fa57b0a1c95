import type { Transport } from '../../../lambda/crm/http/transport.ts';

/** One request as it would be sent. */
export type RehearsedRequest = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Parsed where it is JSON. */
  readonly body: unknown;
};

/**
 * What a CRM that does not know the visitor yet would answer, so that an adapter can be watched without being let loose:
 * look-ups find nothing, creations give an id.
 */
export type Rehearse = (request: RehearsedRequest) => { readonly status: number; readonly body: unknown };

/** In place of the network: each request is told to `onRequest` and answered from the script. */
export function createRehearsal(
  rehearse: Rehearse,
  onRequest: (
    request: RehearsedRequest & { readonly origin: string; readonly headers: Readonly<Record<string, string>> },
  ) => void,
): Transport {
  return {
    send: async ({ method, origin, path, headers, body: sent }) => {
      const request = { method, path, body: parse(sent) };
      onRequest({ ...request, origin, headers });
      const { status, body } = rehearse(request);
      return { status, headers: {}, body: oneChunk(Buffer.from(JSON.stringify(body))) };
    },
    close: () => {},
  };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function parse(body: string | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
