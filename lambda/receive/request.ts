import { createHash, timingSafeEqual } from 'node:crypto';
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

export type Decoded = {
  /** False if the body is not UTF-8. */
  readonly ok: boolean;
  /** Without a byte order mark, and with U+FFFD for what is not UTF-8. */
  readonly text: string;
  readonly bytes: Uint8Array;
};

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Ignores the content type, because the vendor documents none. What API Gateway takes for text comes with U+FFFD for what
 * was broken, as if a visitor had typed that. So a body is broken if it grew: both here and there most broken bytes become
 * three.
 */
export function decodeBody({
  body = '',
  isBase64Encoded,
  headers,
}: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> &
  Partial<Pick<APIGatewayProxyEventV2, 'headers'>>): Decoded {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const decoded = utf8.decode(bytes);
  const sentLength = isBase64Encoded ? bytes.length : Number(headers?.['content-length']);
  const hasGrown = decoded.includes('\ufffd') && Buffer.byteLength(decoded) > sentLength;
  return { ok: !hasGrown, text: decoded.replace(/^\ufeff/, ''), bytes };
}
