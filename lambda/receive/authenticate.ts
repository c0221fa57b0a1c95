import { createHash, timingSafeEqual } from 'node:crypto';

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
