import { NodeHttpHandler } from '@smithy/node-http-handler';

/** The SDK's default is no time-out at all. */
const timeouts = { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/** Tells of a request that got no answer where it was sent: most of what the network says does not. */
class NamedRequestHandler extends NodeHttpHandler {
  override async handle(...request: Parameters<NodeHttpHandler['handle']>) {
    try {
      return await super.handle(...request);
    } catch (error) {
      const [{ protocol, hostname, port = protocol === 'http:' ? 80 : 443 }] = request;
      throw Object.assign(Object(error), { server: `${hostname}:${port}` });
    }
  }
}

/** For each client of AWS. */
export const createRequestHandler = (): NodeHttpHandler => new NamedRequestHandler(timeouts);
