import type { Conversation } from '../../../lambda/conversation/model.ts';
import type { CrmAdapter, Entry, LogId } from '../../../lambda/crm/port/adapter.ts';
import { log as logOne } from '../../contract/driving.ts';
import { aConversation, aMessage, anEntry } from '../../fixtures/conversation.ts';

/** The chats of one requester, and one step at a time of bringing them to a help desk. */
export function ticketsOf(requester: () => { readonly adapter: CrmAdapter; readonly contactId: string }) {
  const entry = (conversation: Conversation, ownerId: string | null = null): Entry => ({
    ...anEntry(conversation, requester().contactId),
    ownerId,
  });
  return {
    entry,
    log: (conversation: Conversation, ownerId: string | null = null) =>
      logOne(requester().adapter, entry(conversation, ownerId)),
    update: (conversation: Conversation, id: LogId) => requester().adapter.updateConversation(entry(conversation), id),
    find: (conversation: Conversation) => requester().adapter.findConversation?.(entry(conversation)),
  };
}

/** One conversation, as it comes about and goes on. */
export const chat = aConversation();
export const missed = aConversation({ outcome: 'missed' });
export const praised = aConversation({ rating: { score: 5, comment: 'Thanks' } });
export const blamed = aConversation({ rating: { score: 1, comment: 'Rude' } });
export const long = aConversation({
  messages: ['a', 'b', 'c'].map((letter) => aMessage({ text: `word-${letter} ${'ž'.repeat(25_000)}` })),
});
