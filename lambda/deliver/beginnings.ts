import type { BySource } from '../conversation/join.ts';
import { isIdentifying, type MatchKeys, personKeys } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { Source } from '../conversation/revision.ts';
import { type Fingerprint, fingerprintOf, isOfApi } from '../conversation/same-chat.ts';
import type { Conversations } from '../delivery/ports.ts';
import type { IdentityOf } from '../mapping/identity.ts';

/** By what one source's conversation is recognised. */
export type Beginning = {
  readonly conversationId: string;
  readonly source: Source;
  readonly fingerprint: Fingerprint;
};

export type Arrival = {
  readonly conversation: Conversation;
  readonly identity: MatchKeys & { readonly otherEmails: readonly string[] };
  readonly source: Source;
};

/** Undefined if there is nothing to recognise it by. */
export function beginningOf({ conversation, identity, source }: Arrival): Beginning | undefined {
  const fingerprint = fingerprintOf(conversation, personKeys(identity, null));
  return fingerprint && { conversationId: conversation.id, source, fingerprint };
}

/** Of each source's conversation in a chat. */
export async function beginningsIn({ hook, api }: BySource, identityOf: IdentityOf): Promise<readonly Beginning[]> {
  const found: Beginning[] = [];
  for (const [source, conversation] of [
    ['hook', hook],
    ['api', api],
  ] as const) {
    if (conversation === undefined) continue;
    const beginning = beginningOf({ conversation, identity: await identityOf(conversation), source });
    if (beginning !== undefined) found.push(beginning);
  }
  return found;
}

export type StoredBeginningsDependencies = {
  /** Chats that were received in a span of time, from an index that is a moment behind. */
  readonly receivedBetween: (from: Date, to: Date, limit: number) => Promise<readonly ReceivedChat[]>;
  readonly load: Conversations['load'];
  /** What each source says in a stored body. */
  readonly readSources: (body: string) => BySource | undefined;
  readonly identityOf: IdentityOf;
};

export type ReceivedChat = MatchKeys & { readonly conversationId: string };

/** A hook comes when the chat ends; a queue, or another rating, may hold it up. */
const beforeEndMs = 15 * 60_000;
const afterEndMs = 30 * 60_000;
const maxChats = 1_000;
/** Those with the same address first, then those with none: whose bodies are read. */
const maxBodies = 20;
const maxBodyLength = 1024 * 1024;

/**
 * Finds the hook's chats that were stored while nothing was remembered, because only the hook told of chats then: history
 * that is fetched must not bring them a second time.
 */
export function createStoredBeginnings(dependencies: StoredBeginningsDependencies) {
  const { receivedBetween, load, readSources, identityOf } = dependencies;
  return async ({ conversation, identity }: Arrival): Promise<readonly Beginning[]> => {
    const end = Date.parse(conversation.endedAt ?? conversation.startedAt ?? '');
    if (Number.isNaN(end)) return [];
    const received = await receivedBetween(new Date(end - beforeEndMs), new Date(end + afterEndMs), maxChats);
    const ofHook = received.filter(({ conversationId }) => !isOfApi(conversationId));
    const emails = [identity.email, ...identity.otherEmails].filter((email) => email !== null);
    const isTheirs = ({ email, phone }: MatchKeys) =>
      (email !== null && emails.includes(email)) || (phone !== null && phone === identity.phone);
    const alike = [...ofHook.filter(isTheirs), ...ofHook.filter((chat) => !isIdentifying(chat))];
    const found: Beginning[] = [];
    for (const { conversationId } of alike.slice(0, maxBodies)) {
      const stored = await load(conversationId);
      if (typeof stored !== 'object' || stored.length > maxBodyLength) continue;
      const sources = readSources(await stored.readBody());
      if (sources !== undefined && sources.api === undefined) found.push(...(await beginningsIn(sources, identityOf)));
    }
    return found;
  };
}
