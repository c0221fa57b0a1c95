import { hash } from 'node:crypto';
import type { Conversation } from './model.ts';

/** The same for all copies with the same content, whatever their spacing or key order. */
export function contentHash(conversation: Conversation): string {
  return hash('sha256', JSON.stringify(conversation));
}

/** Orders the copies of a chat: longer, then later ended, then rated, then later received means newer. */
export function revisionOf(conversation: Conversation, receivedAt: Date): string {
  const length = String(conversation.messages.length).padStart(8, '0');
  const rated = conversation.rating === null ? '0' : '1';
  return [length, conversation.endedAt ?? '', rated, receivedAt.toISOString()].join('|');
}
