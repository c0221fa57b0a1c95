import type { Conversation } from '../conversation/model.ts';
import { contentHash, revisionOf } from '../conversation/revision.ts';
import type { ChatCopy, Conversations } from '../delivery/ports.ts';
import { foundBy, type Identity } from '../mapping/identity.ts';
import { sourceOf } from '../smartsupp/body/joined-body.ts';
import { beginningOf } from './beginnings.ts';
import { createMergeCopy, type MergeCopyDependencies } from './merge-copy.ts';
import type { Beginnings, FindChat } from './same-chat.ts';

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
  /** Reading what is stored takes so much memory that it must be done alone. */
  | { readonly kind: 'too large' }
  | {
      /** `merged`: with parts of other copies. `superseded`: every part of it is older, or the chat was erased. */
      readonly kind: 'new' | 'known' | 'merged' | 'superseded';
      /** Of the chat with which it is stored. */
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
      // The erasure may have been over before this copy, or one that died, was remembered.
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
          // What was decided before it was known is taken back, unless somebody has.
          if (!(await conversations.replace(copy, { joinedTo: chatId }))) return saveAlone();
          return { kind: 'new', conversationId: id, chat: toChat(copy, identity, true), deviations };
        }
        const seen = stored === undefined ? 'nothing' : { revision: stored.revision };
        if (await conversations.replace(merged.copy, seen)) {
          const kind = merged.copy.revision === stored?.revision ? 'known' : 'merged';
          return { kind, conversationId: chatId, chat: toChat(merged.copy, merged.identity, false), deviations };
        }
      }
      throw new Error(`${maxAttempts} other copies of ${chatId} came at the same time.`);
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
