import { createHash, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * Checks the hook's key against the SHA-256 digests (hex) of the valid keys: two during a rotation. Digests aren't
 * secret, because the keys are 256 random bits.
 */
export function createAuthenticator(digests: readonly string[]): (key: string | undefined) => boolean {
  const accepted = digests.map((digest) => Buffer.from(digest, 'hex'));
  if (accepted.length === 0 || accepted.some(({ length }) => length !== 32)) {
    throw new Error('HOOK_KEY_DIGESTS must be SHA-256 digests in hex, separated by commas. Deploy the stack again.');
  }
  return (key = '') => {
    const given = createHash('sha256').update(key).digest();
    // Compare every digest in constant time, even after a match.
    return accepted.filter((digest) => timingSafeEqual(digest, given)).length > 0;
  };
}

type Decoded =
  /** `bytes` are the body as it came. */
  | { readonly ok: true; readonly text: string; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: 'too-large'; readonly detail: string; readonly bytes: Uint8Array }
  /** `text` is the best reading of the body. */
  | {
      readonly ok: false;
      readonly reason: 'not-utf-8';
      readonly detail: string;
      readonly text: string;
      readonly bytes: Uint8Array;
    };

export type EncodedBody = Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> &
  Partial<Pick<APIGatewayProxyEventV2, 'headers'>>;

/** Lambda accepts no larger body without compression, so a compressed body must not inflate to more. */
const maxBytes = 6 * 1024 * 1024;

/**
 * The body as JSON text. The vendor documents neither a content type nor an encoding, so the headers are only hints: they
 * are ignored if they are wrong. Drops a byte order mark.
 *
 * API Gateway encodes everything in base64 that it does not recognise as text. What it takes for text comes with U+FFFD for
 * what was broken, as if a visitor had typed that. So a body is broken if it grew: both here and there most broken bytes
 * become three.
 */
export async function decodeBody({ body = '', isBase64Encoded, headers = {} }: EncodedBody): Promise<Decoded> {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const plain = await decompress(bytes, headers['content-encoding'] ?? '');
  if (plain === 'too-large') {
    return { ok: false, reason: plain, detail: `The body inflates to more than ${maxBytes} bytes.`, bytes };
  }
  const read = (text: string) => outOfForm(text.replace(/^\ufeff/, ''));
  const decoded = utf8.decode(plain);
  const sentLength = isBase64Encoded ? plain.length : Number(headers['content-length']);
  if (!decoded.includes('\ufffd') || !(Buffer.byteLength(decoded) > sentLength)) {
    return { ok: true, text: read(decoded), bytes };
  }
  const declared = isBase64Encoded ? declaredDecoder(headers['content-type'] ?? '') : undefined;
  if (declared !== undefined) return { ok: true, text: read(declared.decode(plain)), bytes };
  const detail = 'The body is not UTF-8 text. If it is a chat, replay delivers it, read as well as possible.';
  return { ok: false, reason: 'not-utf-8', detail, text: read(asLegible(plain, decoded)), bytes };
}

type Inflate = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

/** Some send `deflate` without its frame (https://www.rfc-editor.org/rfc/rfc9110#name-deflate-coding). */
const inflates: Readonly<Record<string, readonly Inflate[]>> = {
  gzip: [promisify(gunzip)],
  deflate: [promisify(inflate), promisify(inflateRaw)],
  br: [promisify(brotliDecompress)],
};

/** Gzip is recognised by its first bytes, even without a header. A body that cannot be inflated is returned as it is. */
async function decompress(bytes: Buffer, encoding: string): Promise<Buffer | 'too-large'> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  for (const attempt of inflates[isGzip ? 'gzip' : encoding.trim().toLowerCase()] ?? []) {
    try {
      return await attempt(bytes, { maxOutputLength: maxBytes });
    } catch (error) {
      if (Object(error).code === 'ERR_BUFFER_TOO_LARGE') return 'too-large';
    }
  }
  return bytes;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** As browsers read Latin-1: https://encoding.spec.whatwg.org/#names-and-labels. */
const latin1 = new TextDecoder('windows-1252');

function declaredDecoder(contentType: string) {
  const [, charset] = /charset="?([\w-]+)/i.exec(contentType) ?? [];
  try {
    return charset === undefined || /^utf-?8$/i.test(charset) ? undefined : new TextDecoder(charset);
  } catch {
    return undefined;
  }
}

/** Latin-1, or UTF-8 with replacement characters if most of it is valid. */
function asLegible(bytes: Buffer, asUtf8: string): string {
  const broken = asUtf8.match(/\ufffd/g)?.length ?? 0;
  const beyondAscii = asUtf8.match(/[^\0-\x7f]/g)?.length ?? 0;
  return 2 * broken < beyondAscii ? asUtf8 : latin1.decode(bytes);
}

/** The field of a form that contains an object, whatever its name. Other text is returned as it is. */
function outOfForm(text: string): string {
  const field = /^\s*[{[]/.test(text) ? null : /(?:^|&)[\w.-]+=(?=%7B|\{)/i.exec(text);
  if (field === null) return text;
  const [value = ''] = text.slice(field.index + field[0].length).split('&', 1);
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
