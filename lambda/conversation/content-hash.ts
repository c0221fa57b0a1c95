import { hash } from 'node:crypto';
import type { Conversation } from './model.ts';

/** SHA-256 over the normalised conversation: the same for every copy of a hook, whatever its spacing or key order. */
export function contentHash(conversation: Conversation): string {
  return hash('sha256', JSON.stringify(conversation));
}
