import type { BySource } from '../conversation/join.ts';
import { mergeMembers, type Source } from '../conversation/revision.ts';
import type { ChatCopy, StoredChat } from '../delivery/ports.ts';
import { foundBy, type Identity, type IdentityOf } from '../mapping/identity.ts';
import { joinBodies, splitBody } from '../smartsupp/body/joined-body.ts';
import { type ReadChat, readSources } from '../smartsupp/body/read-chat.ts';

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
export function createMergeCopy({ read, identityOf }: MergeCopyDependencies) {
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
  // Under an id that is not the other's, this source's conversation of that id is expected.
  const expected = own?.id ?? (other === undefined || other.id === chatId ? undefined : chatId);
  return expected !== undefined && expected !== conversation.id;
}

class Unreadable extends Error {
  override readonly name = 'Unreadable';
  constructor(chatId: string) {
    super(`This release cannot read what a later one has stored of ${chatId}: deploy that.`);
  }
}
