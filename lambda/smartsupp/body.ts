import { type BySource, joinConversations } from '../conversation/join.ts';
import type { Conversation, Shop } from '../conversation/model.ts';
import type { Source } from '../conversation/revision.ts';
import { type Deviation, deviationsOf } from './deviations.ts';
import { readHook } from './hook.ts';
import { parseSnapshot } from './snapshot.ts';
import { snapshotToConversation } from './snapshot-to-conversation.ts';
import { toConversation } from './to-conversation.ts';

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

/** The conversation of each source in a body, under its own id; undefined if the body is not a chat. */
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

/** The bodies that one chat's item holds: of one source, or of both. */
export type Bodies = { readonly hook?: string | undefined; readonly api?: string | undefined };

type Joined = Bodies & {
  /** The conversation's id, which is one source's; null in a body of one source, which has its own. */
  readonly id: string | null;
};

/** A chat of both sources as it is stored: JSON with both bodies in it, under the id of the source that came first. */
export const joinBodies = (id: string, { hook, api }: Bodies): string =>
  `{"smartsupp":"both","version":1,"id":${JSON.stringify(id)},"hook":${withoutMark(hook)},"api":${withoutMark(api)}}`;

/** A byte order mark is not JSON. */
const withoutMark = (body: string | undefined) => (body ?? 'null').replace(/^\ufeff/, '');

/** Undefined if this release cannot read it. */
export function splitBody(body: string): Joined | undefined {
  const [, kind] = ownBody.exec(body) ?? [];
  if (kind === undefined) return { id: null, hook: body };
  if (kind === 'api') return { id: null, api: body };
  try {
    const { version, id, hook, api } = Object(JSON.parse(body, exactly));
    if (version !== 1 || typeof id !== 'string') return undefined;
    return { id, hook: textOf(hook), api: textOf(api) };
  } catch {
    return undefined;
  }
}

/** The beginning of every body that we wrote ourselves. */
const ownBody = /^\s*\{\s*"smartsupp"\s*:\s*"(api|both)"/;

/** The source of a body as it came; undefined if it is not of one source. */
export function sourceOf(body: string): Source | undefined {
  const bodies = splitBody(body);
  if (bodies === undefined || bodies.id !== null) return undefined;
  return bodies.hook === undefined ? 'api' : 'hook';
}

const textOf = (value: unknown) => (value === null || value === undefined ? undefined : JSON.stringify(value));

/** An id beyond 2^53 keeps its digits, as text. */
const exactly = (_key: string, value: unknown, context?: { readonly source?: string }) =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? (context?.source ?? value)
    : value;
