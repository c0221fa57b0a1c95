import { createHmac, timingSafeEqual } from 'node:crypto';

/** Of `X-Smartsupp-Hmac`: the hex of an HMAC-SHA256. */
const hex = /^[0-9a-f]{64}$/i;

/** Whether one of the shared secrets signed this body, in constant time: two are valid during a rotation. */
export function isSigned(body: Uint8Array, signature: string | undefined, secrets: readonly string[]): boolean {
  const text = signature?.trim() ?? '';
  if (!hex.test(text)) return false;
  const given = Buffer.from(text, 'hex');
  const signs = (secret: string) => timingSafeEqual(createHmac('sha256', secret).update(body).digest(), given);
  // Compare with every secret, even after a match.
  return secrets.filter(signs).length > 0;
}

/** The secrets in the text that is stored: one, or two with a space or a line between them. */
export const sharedSecretsIn = (text: string): readonly string[] => text.split(/[\s,]+/).filter((each) => each !== '');
