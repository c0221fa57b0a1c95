import type { Conversation } from '../../conversation/model.ts';
import { parseSnapshot } from '../api/snapshot.ts';
import { snapshotToConversation } from '../api/to-conversation.ts';
import { type Deviation, deviationsOf } from '../deviations.ts';
import { readHook } from '../hook.ts';
import { toConversation } from '../to-conversation.ts';

/** An accepted body's chat, and how a hook deviates from its documented format. */
export type ReadChat = { readonly conversation: Conversation; readonly deviations: readonly Deviation[] };

/** Undefined if the body is not a chat: neither a hook nor a snapshot of the REST API. */
export function readChat(body: string): ReadChat | undefined {
  if (isSnapshot.test(body)) return readSnapshot(body);
  const reading = readHook(body);
  if (!reading.ok) return undefined;
  return { conversation: toConversation(reading.hook), deviations: deviationsOf(reading.hook, body.length) };
}

/** The conversation in a body; undefined if it is not a chat. */
export function readConversation(body: string): Conversation | undefined {
  if (isSnapshot.test(body)) return readSnapshot(body)?.conversation;
  const reading = readHook(body);
  return reading.ok ? toConversation(reading.hook) : undefined;
}

/** Snapshots are our own, so they begin as we write them. */
const isSnapshot = /^\s*\{\s*"smartsupp"\s*:/;

function readSnapshot(body: string): ReadChat | undefined {
  const snapshot = parseSnapshot(body);
  return snapshot && { conversation: snapshotToConversation(snapshot), deviations: [] };
}
