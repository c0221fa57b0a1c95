import type { Conversation } from '../conversation/model.ts';
import { type Deviation, deviationsOf } from './deviations.ts';
import { readHook } from './hook.ts';
import { toConversation } from './to-conversation.ts';

/** A body's chat, and where it is not as documented. */
export type ReadChat = { readonly conversation: Conversation; readonly deviations: readonly Deviation[] };

/** Reads what was accepted; undefined if it is no chat. */
export function readChat(body: string): ReadChat | undefined {
  const reading = readHook(body);
  if (!reading.ok) return undefined;
  return { conversation: toConversation(reading.hook), deviations: deviationsOf(reading.hook, body.length) };
}

/** The conversation in a body, undefined where it holds none. */
export function readConversation(body: string): Conversation | undefined {
  const reading = readHook(body);
  return reading.ok ? toConversation(reading.hook) : undefined;
}
