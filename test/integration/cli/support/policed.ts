import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type Policed = {
  readonly url: string;
  /** The actions that were refused, such as `dynamodb:PutItem`. */
  readonly refused: readonly string[];
  readonly asked: readonly string[];
  readonly close: () => void;
};

/** Stands before a service of AWS that speaks its JSON protocol, and refuses what a policy does not allow, as IAM does. */
export async function startPoliced(service: string, endpoint: string, actions: readonly string[]): Promise<Policed> {
  const asked: string[] = [];
  const refused: string[] = [];
  const server = createServer(async (request, response) => {
    const action = `${service}:${String(request.headers['x-amz-target']).split('.').at(-1)}`;
    const body = await buffer(request);
    asked.push(action);
    if (!actions.includes(action)) {
      refused.push(action);
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'AccessDeniedException', message: `You may not ${action}.` }));
      return;
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    refused,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
