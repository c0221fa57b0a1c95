import type { HttpRequest } from '@smithy/core/protocols';

/** What the CRMs' client uses of `NodeHttpHandler`, by `fetch`. */
export class NodeHttpHandler {
  async handle(request: HttpRequest, { abortSignal }: { readonly abortSignal: AbortSignal }) {
    const { protocol, hostname, port, path, method, headers, body } = request;
    const url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
    const { host: _, ...sent } = headers;
    const answer = await fetch(url, { method, headers: sent, body, signal: abortSignal });
    return {
      response: { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body ?? [] },
    };
  }

  destroy(): void {}
}
