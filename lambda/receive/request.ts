import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * Checks the key in the hook's URL against the digests of the keys that are valid: one, or two during a rotation.
 * @param digests SHA-256 in hex; no secrets, since the keys are 256 random bits
 */
export function createAuthenticator(digests: readonly string[]): (key: string | undefined) => boolean {
  const accepted = digests.map((digest) => Buffer.from(digest, 'hex'));
  if (accepted.length === 0 || accepted.some(({ length }) => length !== 32)) {
    throw new Error('HOOK_KEY_DIGESTS must be SHA-256 digests in hex, separated by commas. Deploy the stack again.');
  }
  return (key = '') => {
    const given = createHash('sha256').update(key).digest();
    // Every digest is compared, in constant time, whichever is right.
    return accepted.filter((digest) => timingSafeEqual(digest, given)).length > 0;
  };
}

export type Decoded =
  | { readonly ok: true; readonly text: string; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly bytes: Uint8Array };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body's bytes as text, whatever its content type says: the vendor documents none, and API Gateway encodes all that
 * it does not take for text. A byte order mark is dropped.
 */
export function decodeBody({
  body = '',
  isBase64Encoded,
}: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Decoded {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  try {
    return { ok: true, text: utf8.decode(bytes), bytes };
  } catch {
    return { ok: false, bytes };
  }
}
