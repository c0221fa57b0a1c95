import type { Conversation } from '../conversation/model.ts';
import type { Expression } from './expression.ts';
import type { MappingSettings } from './settings.ts';

/**
 * Why a chat does not go to a destination; null where it does.
 * @param email the visitor's, whether from this chat or another
 */
export async function whyNot(
  conversation: Conversation,
  email: string | null,
  settings: MappingSettings,
  when: Expression | undefined,
): Promise<string | null> {
  const { automatic = false, onlyWithEmail = false, minMessages = 0 } = settings;
  if (conversation.outcome === 'automatic' && !automatic) return 'Only automatic messages were sent.';
  if (onlyWithEmail && email === null) return 'The visitor left no e-mail address (onlyWithEmail).';
  const spoken = conversation.messages.filter(({ speaker }) => speaker === 'visitor' || speaker === 'agent').length;
  if (spoken < minMessages) return `There are only ${spoken} messages (minMessages).`;
  if (when !== undefined && (await when(conversation)) !== true) return 'The rule does not match (when).';
  return null;
}
