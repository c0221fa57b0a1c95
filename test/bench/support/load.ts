import { Agent, request } from 'node:http';

/**
 * Posts bodies over so many kept connections, each with one request at a time.
 * @returns how many were accepted a second
 * @throws Error for any answer but 200
 */
export async function postAll(url: string, bodies: readonly string[], connections: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const rest = bodies.values();
  const begin = performance.now();
  const work = async () => {
    for (const body of rest) await post(url, body, agent);
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return bodies.length / ((performance.now() - begin) / 1000);
}

export const post = (url: string, body: string, agent?: Agent) =>
  new Promise<void>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', headers, ...(agent && { agent }) }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`A hook was answered ${response.statusCode}.`));
      });
    });
    outgoing.on('error', reject).end(body);
  });
