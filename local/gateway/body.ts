import type { IncomingMessage } from 'node:http';

/** API Gateway takes no longer body, in bytes. */
const maxBodyLength = 10 * 1024 * 1024;

/** The whole body, or undefined where it is too long, which is not read to its end. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyLength) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  // Who sends too much is told so, over the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > maxBodyLength) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
