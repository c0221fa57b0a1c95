import { HttpResponse } from '@smithy/core/protocols';
import type { createHttpClient } from './http/http.ts';

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

type Handler = NonNullable<Parameters<typeof createHttpClient>[0]['handler']>;

/** In place of the network: each request is told to `onRequest` and answered from the script. */
export function createRehearsal(
  rehearse: Rehearse,
  onRequest: (
    request: RehearsedRequest & { readonly origin: string; readonly headers: Readonly<Record<string, string>> },
  ) => void,
): Handler {
  return {
    handle: async ({ method, protocol, hostname, port, path, headers, body: sent }) => {
      const request = { method, path, body: parse(sent) };
      onRequest({ ...request, origin: `${protocol}//${hostname}${port ? `:${port}` : ''}`, headers });
      const { status, body } = rehearse(request);
      const answer = [Buffer.from(JSON.stringify(body))];
      return { response: new HttpResponse({ statusCode: status, headers: {}, body: answer }) };
    },
    destroy: () => {},
  };
}

function parse(body: unknown): unknown {
  if (typeof body !== 'string') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
