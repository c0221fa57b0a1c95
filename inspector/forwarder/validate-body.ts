import type { Validate } from '../../lambda/receive/ports.ts';
import { readConversation } from '../../lambda/smartsupp/body/body.ts';
import { validateHook } from '../../lambda/smartsupp/hook.ts';

/** Accepts all that deliver can read: a hook, a snapshot of the REST API, or both of one chat. */
export const validateBody: Validate = (body) => {
  const conversation = readConversation(body);
  return conversation === undefined ? validateHook(body) : { ok: true, conversationId: conversation.id };
};
