import { type BySource, joinConversations } from '../../conversation/join.ts';
import type { Conversation, Shop } from '../../conversation/model.ts';
import { parseSnapshot } from '../api/snapshot.ts';
import { snapshotToConversation } from '../api/to-conversation.ts';
import { type Deviation, deviationsOf } from '../deviations.ts';
import { readHook } from '../hook.ts';
import { toConversation } from '../to-conversation.ts';
import { splitBody } from './joined-body.ts';

/** The shop's platform, if the configuration has it. */
type Platform = Shop['platform'];

/** An accepted body's chat, and how a hook deviates from its documented format. */
export type ReadChat = { readonly conversation: Conversation; readonly deviations: readonly Deviation[] };

/** Undefined if the body is not a chat: neither a hook, nor a snapshot of the REST API, nor both of one chat. */
export function readChat(body: string, platform?: Platform): ReadChat | undefined {
  const parts = readParts(body, platform);
  const conversation = parts && conversationOf(parts);
  return conversation && { conversation, deviations: parts.hook ? deviationsOf(parts.hook, body.length) : [] };
}

/** The conversation in a body; undefined if it is not a chat. */
export function readConversation(body: string, platform?: Platform): Conversation | undefined {
  const parts = readParts(body, platform);
  return parts && conversationOf(parts);
}

/** What each source says in a body, under the ids of its own; undefined if the body is not a chat. */
export const readSources = (body: string, platform?: Platform): BySource | undefined =>
  readParts(body, platform)?.bySource;

function readParts(body: string, platform: Platform | undefined) {
  const bodies = splitBody(body);
  const hook = bodies?.hook === undefined ? undefined : readHook(bodies.hook);
  const snapshot = bodies?.api === undefined ? undefined : parseSnapshot(bodies.api);
  if (bodies === undefined || hook?.ok === false || (bodies.api !== undefined && snapshot === undefined)) {
    return undefined;
  }
  const bySource = {
    hook: hook && toConversation(hook.hook, platform),
    api: snapshot && snapshotToConversation(snapshot, platform),
  };
  return { id: bodies.id, hook: hook?.hook, bySource };
}

const conversationOf = ({ id, bySource }: NonNullable<ReturnType<typeof readParts>>) =>
  id === null ? (bySource.hook ?? bySource.api) : joinConversations(id, bySource);
