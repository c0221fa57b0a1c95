import type { BySource } from '../conversation/join.ts';
import type { Conversation } from '../conversation/model.ts';
import { contentHash, mergeMembers, revisionOf, type Source } from '../conversation/revision.ts';
import type { ChatCopy, Conversations, StoredChat } from '../delivery/ports.ts';
import { foundBy, type Identity, type IdentityOf } from '../mapping/identity.ts';
import { joinBodies, type ReadChat, readSources, sourceOf, splitBody } from '../smartsupp/body/body.ts';
import { type Beginnings, beginningOf, type FindChat } from './find-chat.ts';

export type SaveCopyDependencies = MergeCopyDependencies & {
  readonly conversations: Conversations;
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
  | {
      /** `merged`: with parts of other copies. `superseded`: every part of it is older, or the chat was erased. */
      readonly kind: 'new' | 'known' | 'merged' | 'superseded';
      /** The chat that it is stored with. */
      readonly conversationId: string;
      /** Undefined if it must be loaded. */
      readonly chat: Chat | undefined;
      readonly deviations: readonly string[];
    };

/** An attempt fails only if another copy of the chat is written at the same time. */
const maxAttempts = 20;

type Arrived = {
  readonly body: string;
  readonly receivedAt: Date;
  /** Of a stored body that may be read, in characters. */
  readonly maxLength: number;
};

/** Saves a copy of a chat, with the other source's copy if both tell of it. Safe to repeat. */
export function createSaveCopy(dependencies: SaveCopyDependencies) {
  const { conversations, read, identityOf, bothSources } = dependencies;
  const mergeCopy = createMergeCopy(dependencies);

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
    const chatId = (await bothSources?.findChat({ ...arrival, receivedAt })) ?? id;
    const saved = await (chatId === id ? saveAlone() : saveWith(chatId));
    if (
      bothSources !== undefined &&
      saved.kind === 'superseded' &&
      (await conversations.isErased(saved.conversationId))
    ) {
      // The erasure may have ended before this copy's beginning was remembered.
      const beginning = beginningOf(arrival);
      if (beginning !== undefined) await bothSources.forget(beginning);
    }
    return saved;

    async function saveAlone(): Promise<SavedCopy> {
      const result = await conversations.save(copy);
      if (result === 'joined') return saveWith(id);
      if (typeof result === 'object') return saveWith(result.joinedTo);
      const isStored = result === 'new' || result === 'known';
      const chat = isStored ? toChat(copy, identity, result === 'new') : undefined;
      return { kind: result, conversationId: id, chat, deviations };
    }

    /** Merges the copy with the chat of both sources. */
    async function saveWith(chatId: string): Promise<SavedCopy> {
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const stored = await conversations.load(chatId);
        const superseded = { kind: 'superseded', conversationId: chatId, chat: undefined, deviations } as const;
        if (stored === 'erasing' || stored === 'erased') return superseded;
        if (stored !== undefined && stored.length > maxLength) return { kind: 'too large' };
        const isThere = stored === undefined || stored.conversationId === chatId;
        const merged = isThere ? await mergeCopy(chatId, stored, copy) : 'taken';
        if (merged === undefined) return superseded;
        if (merged === 'taken') {
          // Another conversation of this source has taken the place: this one becomes a chat of its own.
          if (!(await conversations.replace(copy, { joinedTo: chatId }))) return saveAlone();
          return { kind: 'new', conversationId: id, chat: toChat(copy, identity, true), deviations };
        }
        const seen = stored === undefined ? 'nothing' : { revision: stored.revision };
        if (await conversations.replace(merged.copy, seen)) {
          const kind = merged.copy.revision === stored?.revision ? 'known' : 'merged';
          return { kind, conversationId: chatId, chat: toChat(merged.copy, merged.identity, false), deviations };
        }
      }
      throw new Error(`${maxAttempts} other copies of ${chatId} came at the same time. Its message comes back.`);
    }
  };
}

const toChat = ({ conversation, revision, receivedAt }: ChatCopy, identity: Identity, isNew: boolean): Chat => ({
  conversation,
  contentHash: contentHash(conversation),
  revision,
  receivedAt,
  identity,
  isNew,
});

export type MergeCopyDependencies = {
  /** Translates a body; undefined if it is not a chat. */
  readonly read: (body: string) => ReadChat | undefined;
  readonly identityOf: IdentityOf;
};

type Copy = ChatCopy & { readonly source: Source };

type Merged = { readonly copy: ChatCopy; readonly identity: Identity };

/**
 * Merges one source's copy into the chat of both that is stored under an id, or will be.
 * @returns `taken` if another conversation of this source is stored there; undefined if every part of the copy is older
 */
function createMergeCopy({ read, identityOf }: MergeCopyDependencies) {
  return async (chatId: string, stored: StoredChat | undefined, copy: Copy): Promise<Merged | 'taken' | undefined> => {
    const { source } = copy;
    const storedBody = await stored?.readBody();
    const bodies = storedBody === undefined ? { id: null } : splitBody(storedBody);
    if (bodies === undefined) throw new Unreadable(chatId);
    const known = storedBody === undefined ? {} : (readSources(storedBody) ?? {});
    if (isTaken(chatId, known, copy)) return 'taken';

    const member = copy.conversation.id === chatId ? 'own' : 'other';
    const merged = mergeMembers(stored?.revision ?? '', copy.revision, member);
    if (merged === undefined) return undefined;
    const body = joinBodies(chatId, { ...bodies, ...(merged.words === 'new' && { [source]: copy.body }) });
    const chat = read(body);
    if (chat === undefined) throw new Unreadable(chatId);
    const rating = merged.rating === 'new' ? copy.conversation.rating : (stored?.rating ?? null);
    const conversation = { ...chat.conversation, rating };
    const identity = await identityOf(conversation);
    const receivedAt = new Date(Math.max(copy.receivedAt.getTime(), stored?.receivedAt.getTime() ?? 0));
    const { revision } = merged;
    const alsoAs = [copy.conversation.id, known.hook?.id, known.api?.id].find(
      (id) => id !== undefined && id !== chatId,
    );
    const joined = { conversation, revision, foundBy: foundBy(identity), ...(alsoAs && { alsoAs }), body, receivedAt };
    return { copy: joined, identity };
  };
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
