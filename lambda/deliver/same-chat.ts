import type { Source } from '../conversation/revision.ts';
import { likenessOf } from '../conversation/same-chat.ts';
import type { Log } from '../platform/logger.ts';
import { type Arrival, type Beginning, beginningOf } from './beginnings.ts';

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

/** Returns the id under which it is to be stored. */
export type FindChat = (arrival: Arrival & { readonly receivedAt: Date }) => Promise<string>;

export type FindChatDependencies = {
  readonly beginnings: Beginnings;
  /** Of chats that were stored before anything was remembered. */
  readonly storedBeginnings: (arrival: Arrival) => Promise<readonly Beginning[]>;
  readonly log: Log;
};

/** A place changes twice at most. */
const maxLooks = 5;

/**
 * Finds the chat with which a conversation is stored, so that one chat of which both sources tell is one. Each source
 * remembers its own before it looks for the other's, so of two that come at once one at least sees the other; and what is
 * decided is one conditional write, on the place of the one that moves, so both see the same. The first that is stored
 * keeps its id. If neither is, the API's moves.
 */
export function createFindChat({ beginnings, storedBeginnings, log }: FindChatDependencies): FindChat {
  const { remember, near, placeOf, join } = beginnings;

  return async (arrival) => {
    const { conversation, source, receivedAt } = arrival;
    const { id } = conversation;
    let isRemembered = false;
    for (let looks = 0; looks < maxLooks; looks += 1) {
      const place = await placeOf(id);
      if (place === 'own') return id;
      if (place !== 'nowhere') {
        // It is kept for as long as the chat.
        await join(id, place.joinedTo, receivedAt);
        return place.joinedTo;
      }
      const beginning = beginningOf(arrival);
      if (beginning === undefined) return id;
      if (!isRemembered) await remember(beginning, receivedAt);
      isRemembered = true;
      const other = await counterpart(beginning, arrival);
      const chatId = other === undefined ? id : await joinWith(other, id, source, receivedAt);
      if (chatId !== undefined) return chatId;
    }
    throw new Error(`Where ${id} is stored has changed ${maxLooks} times while it was looked for.`);
  };

  /** The one conversation of the other source that is certainly the same chat. */
  async function counterpart(beginning: Beginning, arrival: Arrival): Promise<string | undefined> {
    const others = await near(beginning);
    const isTold = beginning.source === 'hook' || alike(beginning, others).same.length > 0;
    const { same, maybe } = alike(beginning, isTold ? others : [...others, ...(await storedBeginnings(arrival))]);
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
