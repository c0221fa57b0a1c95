import type { Recognise } from '../receive/ports.ts';
import { conversationId, readHook } from './hook.ts';

/** Says which conversation a body is, or why it is none. */
export const recogniseHook: Recognise = (body) => {
  const reading = readHook(body);
  return reading.ok ? { ok: true, conversationId: conversationId(reading.hook) } : { ok: false, ...reading.refusal };
};
