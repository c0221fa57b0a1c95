import { type MatchKeys, personKeys } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { Source } from '../conversation/revision.ts';
import { type Fingerprint, fingerprintOf, likenessOf } from '../conversation/same-chat.ts';
import type { Log } from '../platform/logger.ts';

/** A conversation as one source tells of it. */
export type Beginning = {
  readonly conversationId: string;
  readonly source: Source;
  readonly fingerprint: Fingerprint;
};

/** Where a conversation's copies are stored: nowhere yet, under its own id, or with the other source's chat. */
export type Place = 'nowhere' | 'own' | { readonly joinedTo: string };

/** All reads are of the newest state. */
export type Beginnings = {
  readonly remember: (beginning: Beginning, receivedAt: Date) => Promise<void>;
  /** Those of the same account that began at about the same time, itself included. */
  readonly near: (beginning: Beginning) => Promise<readonly Beginning[]>;
  readonly forget: (beginning: Beginning) => Promise<void>;
  readonly placeOf: (conversationId: string) => Promise<Place>;
  /** Stores it from now on with another chat; false unless it is stored nowhere yet, or there already. */
  readonly join: (conversationId: string, chatId: string, receivedAt: Date) => Promise<boolean>;
};

type Arrival = {
  readonly conversation: Conversation;
  readonly identity: MatchKeys & { readonly otherEmails: readonly string[] };
  readonly source: Source;
  readonly receivedAt: Date;
};

export type FindChat = (arrival: Arrival) => Promise<FoundChat>;

type FoundChat = {
  /** Under which it is to be stored. */
  readonly chatId: string;
  /** What was remembered of it just now. */
  readonly beginning: Beginning | undefined;
};

/** A place changes twice at most. */
const maxLooks = 5;

/**
 * Finds the chat with which a conversation is stored, so that one chat of which both sources tell is one. Each source
 * remembers its own before it looks for the other's, so of two that come at once one at least sees the other; and what is
 * decided is one conditional write, on the place of the one that moves, so both see the same. The first that is stored
 * keeps its id. If neither is, the API's moves.
 */
export function createFindChat({ beginnings, log }: { readonly beginnings: Beginnings; readonly log: Log }): FindChat {
  const { remember, near, placeOf, join } = beginnings;

  return async ({ conversation, identity, source, receivedAt }) => {
    const { id } = conversation;
    let beginning: Beginning | undefined;
    for (let looks = 0; looks < maxLooks; looks += 1) {
      const place = await placeOf(id);
      if (place === 'own') return { chatId: id, beginning };
      if (place !== 'nowhere') {
        // It is kept for as long as the chat.
        await join(id, place.joinedTo, receivedAt);
        return { chatId: place.joinedTo, beginning };
      }
      const fingerprint = fingerprintOf(conversation, personKeys(identity, null));
      if (fingerprint === undefined) return { chatId: id, beginning };
      if (beginning === undefined) {
        beginning = { conversationId: id, source, fingerprint };
        await remember(beginning, receivedAt);
      }
      const other = await counterpart(beginning);
      const chatId = other === undefined ? id : await joinWith(other, id, source, receivedAt);
      if (chatId !== undefined) return { chatId, beginning };
    }
    throw new Error(`Where ${id} is stored has changed ${maxLooks} times while it was looked for.`);
  };

  /** The one conversation of the other source that is certainly the same chat. */
  async function counterpart(beginning: Beginning): Promise<string | undefined> {
    const { same, maybe } = alike(beginning, await near(beginning));
    const [only, ...more] = same;
    if (only !== undefined && more.length === 0) return only;
    const alsoAs = [...same, ...maybe];
    if (alsoAs.length > 0) log.info('may be the same chat', { conversationId: beginning.conversationId, alsoAs });
    return undefined;
  }

  /** The id of the chat of both; undefined if another process has decided meanwhile: look again. */
  async function joinWith(other: string, id: string, source: Source, receivedAt: Date): Promise<string | undefined> {
    const place = await placeOf(other);
    // It is with a third conversation, or with this one.
    if (typeof place === 'object') return id;
    const [moving, chatId] = source === 'hook' && place === 'nowhere' ? [other, id] : [id, other];
    return (await join(moving, chatId, receivedAt)) ? chatId : undefined;
  }
}

type Alike = { readonly same: readonly string[]; readonly maybe: readonly string[] };

/** The ids of the other source's conversations that are the same chat, and of those that may be. */
export function alike(beginning: Beginning, others: readonly Beginning[]): Alike {
  const idsOf = (likeness: 'same' | 'maybe') => [
    ...new Set(
      others
        .filter(({ source }) => source !== beginning.source)
        .filter(({ fingerprint }) => likenessOf(beginning.fingerprint, fingerprint) === likeness)
        .map(({ conversationId }) => conversationId),
    ),
  ];
  const same = idsOf('same');
  return { same, maybe: idsOf('maybe').filter((id) => !same.includes(id)) };
}
