import type { Conversation } from './model.ts';

/**
 * Puts the copies of one chat in order, as text: the longer, then the later ended, then the rated, then the later
 * received. So an old copy that was held up on its way never takes the place of the whole chat.
 */
export function revisionOf(conversation: Conversation, receivedAt: Date): string {
  const length = String(conversation.messages.length).padStart(8, '0');
  const rated = conversation.rating === null ? '0' : '1';
  return [length, conversation.endedAt ?? '', rated, receivedAt.toISOString()].join('|');
}
