/** API Gateway takes no longer body, in bytes. */
const longestBody = 10 * 1024 * 1024;

/** The whole body, or undefined where it is too long, which is not read to its end. */
export async function readBody(request: Request): Promise<Buffer | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > longestBody) return undefined;
  const reader = request.body?.getReader();
  if (!reader) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (true) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    length += value.length;
    if (length > longestBody) return undefined;
    chunks.push(value);
  }
}
