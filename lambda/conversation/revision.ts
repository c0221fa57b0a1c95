import { hash } from 'node:crypto';
import type { Conversation } from './model.ts';

/** SHA-256 over the normalised conversation: the same for every copy of a hook, whatever its spacing or key order. */
export function contentHash(conversation: Conversation): string {
  return hash('sha256', JSON.stringify(conversation));
}

/**
 * Puts the copies of one chat in order, as text: the longer, then the later ended, then the rated, then the later
 * received. So an old copy that was held up on its way never takes the place of the whole chat.
 */
export function revisionOf(conversation: Conversation, receivedAt: Date): string {
  const length = String(conversation.messages.length).padStart(8, '0');
  const rated = conversation.rating === null ? '0' : '1';
  return [length, conversation.endedAt ?? '', rated, receivedAt.toISOString()].join('|');
}
