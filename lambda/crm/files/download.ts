import { Readable } from 'node:stream';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import type { SentFile } from '../../conversation/model.ts';
import { parseRetryAfter } from '../http/answer.ts';
import { createTransport, type HttpResponse } from '../http/transport.ts';
import type { Upload } from '../port/adapter.ts';
import { CrmError } from '../port/errors.ts';
import { extensionsOf, fileNameOf } from './file.ts';

/** In bytes. */
export const maxFileBytes = 20 * 1024 * 1024;

const maxRedirects = 3;

type Downloaded = { readonly bytes: Uint8Array; readonly mediaType: string };

/** @throws CrmError: permanent if the file is not available or not allowed, else retryable */
type Download = (file: Pick<SentFile, 'url'>) => Promise<Downloaded>;

/**
 * Downloads a file of a chat. Its address is untrusted: only HTTPS, and no host of a private network, whatever its name
 * resolves to, in redirects too. The length is counted, since the header may lie.
 * @param options.allowLoopback for a source on this machine, over plain HTTP too
 * @param options.timeoutMs for one exchange
 */
export function createDownload({
  timeoutMs,
  connectionTimeoutMs,
  allowLoopback,
  now,
}: {
  readonly timeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly allowLoopback: boolean;
  readonly now: () => Date;
}): Download {
  const filter = { allowIPAddressList: allowLoopback ? ['127.0.0.1', '::1'] : [] };
  const transport = createTransport(connectionTimeoutMs, {
    plain: new RequestFilteringHttpAgent({ ...filter, keepAlive: false }),
    secure: new RequestFilteringHttpsAgent({ ...filter, keepAlive: false }),
  });

  async function get(address: string, redirects: number): Promise<Downloaded> {
    const url = URL.parse(address);
    if (url === null || (url.protocol !== 'https:' && !(allowLoopback && url.protocol === 'http:'))) {
      throw refused('its link is not an https address');
    }
    const answer = await send(url);
    const { status, headers } = answer;
    if (status >= 300 && status < 400) {
      discard(answer);
      if (redirects === 0) throw refused('its link leads from one address to the next');
      return get(new URL(headers['location'] ?? '', url).href, redirects - 1);
    }
    if (status !== 200) {
      discard(answer);
      throw status >= 500 || status === 429 || status === 408
        ? later(`Smartsupp answered ${status}`, parseRetryAfter(headers['retry-after'], now()))
        : refused(`Smartsupp answered ${status}: its link may have expired`);
    }
    const [mediaType = ''] = (headers['content-type'] ?? '')
      .toLowerCase()
      .split(';', 1)
      .map((type) => type.trim());
    if (extensionsOf(mediaType) === undefined) {
      discard(answer);
      throw refused('files of its type are not copied');
    }
    return { bytes: await readBytes(answer.body), mediaType };
  }

  async function send(url: URL): Promise<HttpResponse> {
    const request = {
      method: 'GET',
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      headers: {},
      body: undefined,
    };
    try {
      return await transport.send(request, AbortSignal.timeout(timeoutMs));
    } catch (cause) {
      if (cause instanceof Error && /is not allowed/.test(cause.message))
        throw refused('its link leads to a private network');
      throw later('it cannot be reached', undefined, cause);
    }
  }

  return ({ url }) => get(url, maxRedirects);
}

async function readBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      length += chunk.length;
      if (length > maxFileBytes) throw refused(`it has more than ${maxFileBytes / 1024 / 1024} MB`);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof CrmError) throw cause;
    throw later('the connection broke', undefined, cause);
  }
  return Buffer.concat(chunks);
}

/** Ends the connection without reading the rest. */
const discard = ({ body }: HttpResponse): void => {
  if (body instanceof Readable) body.destroy();
};

const refused = (why: string) =>
  new CrmError(`The file was not copied, because ${why}. The note has its link.`, { kind: 'permanent' });

const later = (why: string, retryAfterMs?: number, cause?: unknown) =>
  new CrmError(
    `The file could not be copied yet: ${why}. It will be tried again.`,
    { kind: 'retryable', ...(retryAfterMs !== undefined && { retryAfterMs }) },
    { cause },
  );

export const createFetchFile =
  (download: Download) =>
  async (conversationId: string, file: SentFile): Promise<Pick<Upload, 'name' | 'mediaType' | 'bytes'>> => {
    const { bytes, mediaType } = await download(file);
    return { name: fileNameOf(conversationId, file, mediaType), mediaType, bytes };
  };
