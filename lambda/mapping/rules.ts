import type { Conversation, Message } from '../conversation/model.ts';
import type { Expression } from './expression.ts';
import type { Identity } from './identity.ts';
import type { MappingSettings } from './settings.ts';

/**
 * Why a chat does not go to a destination, or null. The same rule gives the same words for every chat, so that they can
 * be counted. `identity` may be from another chat of the visitor.
 */
export async function skipReason(
  conversation: Conversation,
  identity: Identity,
  settings: MappingSettings,
  when: Expression | undefined,
): Promise<string | null> {
  const { automatic = false, humanOnly = false, onlyWithEmail = false, minMessages = 0 } = settings;
  if (conversation.outcome === 'automatic' && !automatic)
    return 'Nobody wrote anything: the chat has only automatic messages, or none (automatic).';
  const spoke = (...speakers: readonly Message['speaker'][]) =>
    conversation.messages.filter(({ speaker }) => speakers.includes(speaker)).length;
  if (humanOnly && spoke('bot') > 0 && spoke('agent') === 0) return 'Only bots answered the visitor (humanOnly).';
  if (onlyWithEmail && identity.email === null) return 'The visitor left no e-mail address (onlyWithEmail).';
  // An offline message is a single message, and always meant.
  if (conversation.outcome !== 'offline' && spoke('visitor', 'agent') < minMessages) {
    return `Fewer messages by people than minMessages (${minMessages}).`;
  }
  if (when !== undefined && (await when(conversation, identity)) !== true) return 'The rule does not match (when).';
  return null;
}
