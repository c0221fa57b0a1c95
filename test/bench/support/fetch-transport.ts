import type { Transport } from '../../../lambda/crm/http/transport.ts';

export { ConnectionTimeout } from '../../../lambda/crm/http/transport.ts';

/** What carries the CRMs' requests, by `fetch`. */
export const createTransport = (): Transport => ({
  send: async ({ method, origin, path, headers, body = null }, signal) => {
    const answer = await fetch(`${origin}${path}`, { method, headers, body, signal });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body ?? empty() };
  },
  close: () => {},
});

async function* empty(): AsyncGenerator<never> {}
