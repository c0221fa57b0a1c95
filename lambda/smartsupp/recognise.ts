import type { Conversation } from '../conversation/model.ts';
import type { Recognise } from '../receive/ports.ts';
import { readHook } from './hook.ts';
import { conversationId, toConversation } from './to-conversation.ts';

/** Says which conversation a body is, or why it is none. */
export const recogniseHook: Recognise = (body) => {
  const reading = readHook(body);
  return reading.ok ? { ok: true, conversationId: conversationId(reading.hook) } : { ok: false, ...reading.refusal };
};

/** The conversation in a body, undefined where it holds none. */
export function readConversation(body: string): Conversation | undefined {
  const reading = readHook(body);
  return reading.ok ? toConversation(reading.hook) : undefined;
}
