import type { BySource } from '../conversation/join.ts';
import { isIdentifying, type MatchKeys, personKeys } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import type { Source } from '../conversation/revision.ts';
import { type Fingerprint, fingerprintOf, isOfApi, likenessOf } from '../conversation/same-chat.ts';
import type { Conversations } from '../delivery/ports.ts';
import type { IdentityOf } from '../mapping/identity.ts';
import type { Log } from '../platform/logger.ts';

/** The place of a conversation's copies: nowhere yet, under its own id, or with the other source's chat. */
export type Place = 'nowhere' | 'own' | { readonly joinedTo: string };

/** All reads are of the newest state. */
export type Beginnings = {
  readonly remember: (beginning: Beginning, receivedAt: Date) => Promise<void>;
  /** Beginnings of the same account at about the same time, including this one. */
  readonly near: (beginning: Beginning) => Promise<readonly Beginning[]>;
  readonly forget: (beginning: Beginning) => Promise<void>;
  readonly placeOf: (conversationId: string) => Promise<Place>;
  /** From now on it is stored with another chat. False if it is stored anywhere else already. */
  readonly join: (conversationId: string, chatId: string, receivedAt: Date) => Promise<boolean>;
};

/** Returns the id to store it under. */
export type FindChat = (arrival: Arrival & { readonly receivedAt: Date }) => Promise<string>;

export type FindChatDependencies = {
  readonly beginnings: Beginnings;
  /** Beginnings of chats that were stored before any were remembered. */
  readonly storedBeginnings: (arrival: Arrival) => Promise<readonly Beginning[]>;
  readonly log: Log;
};

/** A place changes at most twice. */
const maxLooks = 5;

/**
 * Finds the chat to store a conversation with, so that a chat that comes from both sources stays one. Each source
 * remembers its own beginning before it looks for the other's, so of two that come at once, at least one sees the
 * other. The decision is one conditional write, on the place of the one that moves, so both see the same. The first to
 * be stored keeps its id; if neither is, the API's moves.
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
        // Written again, so that it expires no earlier than the chat.
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
    throw new Error(`The place of ${id} changed ${maxLooks} times while it was looked for. Its message comes back.`);
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
    // It is stored with a third conversation, or with this one already.
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

/** The trace by which one source's conversation is recognised. */
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

/** The beginnings of each source's conversation in a chat. */
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
  /** Chats received in a span of time, from an index that is a moment behind. */
  readonly receivedBetween: (from: Date, to: Date, limit: number) => Promise<readonly ReceivedChat[]>;
  readonly load: Conversations['load'];
  /** Splits a stored body by source. */
  readonly readSources: (body: string) => BySource | undefined;
  readonly identityOf: IdentityOf;
};

export type ReceivedChat = MatchKeys & { readonly conversationId: string };

/** A hook comes when the chat ends; a queue or a late rating may delay it. */
const beforeEndMs = 15 * 60_000;
const afterEndMs = 30 * 60_000;
const maxChats = 1_000;
/** Bodies are read of chats with the same address first, then of chats with none. */
const maxBodies = 20;
const maxBodyLength = 1024 * 1024;

/**
 * Finds chats that the hook brought while it was the only source, and no beginnings were remembered: imported history
 * must not bring them a second time.
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
