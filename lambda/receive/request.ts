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

export type Decoded =
  | { readonly ok: true; readonly text: string; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly bytes: Uint8Array };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Ignores the content type, because the vendor documents none. Drops a byte order mark. */
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
