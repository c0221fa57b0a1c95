import type { BySource } from '../conversation/join.ts';
import type { Conversation } from '../conversation/model.ts';
import {
  contentHash,
  isOfBoth,
  type Merged,
  mergeMembers,
  mergeRevisions,
  revisionOf,
  type Source,
  withRating,
} from '../conversation/revision.ts';
import type { ChatCopy, Conversations, Over, StoredChat } from '../delivery/ports.ts';
import { foundBy, type Identity, type IdentityOf } from '../mapping/identity.ts';
import { joinBodies, type ReadChat, readSources, sourceOf, splitBody } from '../smartsupp/body.ts';
import { type Beginnings, beginningOf, type FindChat } from './find-chat.ts';

export type SaveCopyDependencies = {
  readonly conversations: Conversations;
  /** Translates a body; undefined if it is not a chat. */
  readonly read: (body: string) => ReadChat | undefined;
  readonly identityOf: IdentityOf;
  /** Undefined if only one source tells of chats. */
  readonly bothSources?: { readonly findChat: FindChat; readonly forget: Beginnings['forget'] } | undefined;
};

/** A chat as it is stored. */
export type Chat = {
  readonly conversation: Conversation;
  readonly contentHash: string;
  readonly revision: string;
  readonly receivedAt: Date;
  readonly identity: Identity;
  readonly isNew: boolean;
};

export type SavedCopy =
  | { readonly kind: 'not a chat' }
  /** The stored body takes so much memory that it must be read in isolation. */
  | { readonly kind: 'too large' }
  /** Every part of it is older, or the chat was erased. */
  | (Place & { readonly kind: 'superseded' })
  /** `merged`: with parts of other copies. */
  | (Place & { readonly kind: 'new' | 'known' | 'merged'; readonly chat: Chat });

type Place = {
  /** The chat that the copy belongs to. */
  readonly conversationId: string;
  readonly deviations: readonly string[];
};

type Arrived = {
  readonly body: string;
  readonly receivedAt: Date;
  /** Of a stored body that may be read, in characters. */
  readonly maxLength: number;
};

/** An attempt fails only if another copy of the chat is written at the same time. */
const maxAttempts = 20;

/**
 * Saves a copy of a chat, which then has the newest words and the newest rating of all copies, of both sources if both tell
 * of it. Safe to repeat.
 */
export function createSaveCopy({ conversations, read, identityOf, bothSources }: SaveCopyDependencies) {
  return async ({ body, receivedAt, maxLength }: Arrived): Promise<SavedCopy> => {
    const source = sourceOf(body);
    const arrived = source && read(body);
    if (source === undefined || arrived === undefined) return { kind: 'not a chat' };
    const { conversation, deviations } = arrived;
    const { id } = conversation;
    const identity = await identityOf(conversation);
    const revision = revisionOf(conversation, receivedAt, body);
    const copy = { conversation, revision, receivedAt, foundBy: foundBy(identity), body, source };

    const arrival = { conversation, identity, source };
    let chatId = (await bothSources?.findChat({ ...arrival, receivedAt })) ?? id;
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      // Nearly always this is the first copy, or the same copy again.
      const alone = chatId === id ? await save(copy, identity, 'nothing') : undefined;
      if (alone !== undefined) return alone;

      const stored = await conversations.load(chatId);
      if (stored === 'erasing' || stored === 'erased') {
        // The erasure may have ended before this copy's beginning was remembered.
        const beginning = beginningOf(arrival);
        if (beginning !== undefined) await bothSources?.forget(beginning);
        return { kind: 'superseded', conversationId: chatId, deviations };
      }
      if (stored !== undefined && stored.length > maxLength) return { kind: 'too large' };
      if (chatId === id) chatId = stored?.conversationId ?? id;

      const merged = await merge(chatId, stored, copy);
      if (merged === undefined) return { kind: 'superseded', conversationId: chatId, deviations };
      const over = stored === undefined ? 'nothing' : { revision: stored.revision };
      const saved =
        merged === 'taken'
          ? await save(copy, identity, { joinedTo: chatId })
          : await save(merged.copy, merged.identity, over);
      if (saved !== undefined) return saved;
      if (merged === 'taken') chatId = id;
    }
    throw new Error(`${maxAttempts} other copies of ${chatId} came at the same time. Its message comes back.`);

    /** Undefined if something else is stored there. */
    async function save(chat: ChatCopy, of: Identity, over: Over): Promise<SavedCopy | undefined> {
      const result = await conversations.save(chat, over);
      if (result === 'refused') return undefined;
      const kind = result === 'new' && typeof over === 'object' && 'revision' in over ? 'merged' : result;
      const { conversation, revision, receivedAt } = chat;
      const stored = { conversation, contentHash: contentHash(conversation), revision, receivedAt, identity: of };
      return { kind, conversationId: conversation.id, chat: { ...stored, isNew: kind === 'new' }, deviations };
    }
  };

  /**
   * Merges a copy into the chat that is stored under an id, or will be.
   * @returns `taken` if another conversation of this source is stored there: this one becomes a chat of its own; undefined
   * if every part of the copy is older
   */
  async function merge(
    chatId: string,
    stored: StoredChat | undefined,
    copy: Copy,
  ): Promise<{ readonly copy: ChatCopy; readonly identity: Identity } | 'taken' | undefined> {
    const isAlone = chatId === copy.conversation.id && !isOfBoth(stored?.revision ?? '');
    const parts = isAlone ? await mergeCopies(stored, copy) : await mergeSources(chatId, stored, copy);
    if (parts === undefined || parts === 'taken') return parts;
    const { merged, body, receivedAt, alsoAs } = parts;
    const chat = read(body);
    if (chat === undefined) throw new Unreadable(chatId);
    const rating = merged.rating === 'new' ? copy.conversation.rating : (stored?.rating ?? null);
    const conversation = withRating(chat.conversation, rating);
    const identity = await identityOf(conversation);
    const { revision } = merged;
    const joined = { conversation, revision, foundBy: foundBy(identity), ...(alsoAs && { alsoAs }), body, receivedAt };
    return { copy: joined, identity };
  }
}

type Copy = ChatCopy & { readonly source: Source };

type Parts = {
  readonly merged: Merged;
  readonly body: string;
  readonly receivedAt: Date;
  readonly alsoAs?: string | undefined;
};

/** Of one source. */
async function mergeCopies(stored: StoredChat | undefined, copy: Copy): Promise<Parts | undefined> {
  const merged = mergeRevisions(stored?.revision ?? '', copy.revision);
  if (merged === undefined) return undefined;
  if (stored === undefined || merged.words === 'new') return { merged, body: copy.body, receivedAt: copy.receivedAt };
  return { merged, body: await stored.readBody(), receivedAt: stored.receivedAt };
}

/** Of both sources. */
async function mergeSources(
  chatId: string,
  stored: StoredChat | undefined,
  copy: Copy,
): Promise<Parts | 'taken' | undefined> {
  if (stored !== undefined && stored.conversationId !== chatId) return 'taken';
  const { source, conversation } = copy;
  const storedBody = await stored?.readBody();
  const bodies = storedBody === undefined ? { id: null } : splitBody(storedBody);
  if (bodies === undefined) throw new Unreadable(chatId);
  const known = storedBody === undefined ? {} : (readSources(storedBody) ?? {});
  if (isTaken(chatId, known, copy)) return 'taken';

  const member = conversation.id === chatId ? 'own' : 'other';
  const merged = mergeMembers(stored?.revision ?? '', copy.revision, member);
  if (merged === undefined) return undefined;
  const body = joinBodies(chatId, { ...bodies, ...(merged.words === 'new' && { [source]: copy.body }) });
  const alsoAs = [conversation.id, known.hook?.id, known.api?.id].find((id) => id !== undefined && id !== chatId);
  const receivedAt = new Date(Math.max(copy.receivedAt.getTime(), stored?.receivedAt.getTime() ?? 0));
  return { merged, body, receivedAt, alsoAs };
}

function isTaken(chatId: string, { hook, api }: BySource, { conversation, source }: Copy): boolean {
  const [own, other] = source === 'hook' ? [hook, api] : [api, hook];
  // If the chat's id is not the other source's, it must be this conversation's.
  const expected = own?.id ?? (other === undefined || other.id === chatId ? undefined : chatId);
  return expected !== undefined && expected !== conversation.id;
}

class Unreadable extends Error {
  override readonly name = 'Unreadable';
  constructor(chatId: string) {
    super(`This release cannot read what a later one has stored of ${chatId}: deploy that.`);
  }
}
