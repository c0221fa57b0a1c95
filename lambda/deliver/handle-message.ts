import { contentHash } from '../conversation/content-hash.ts';
import { accountVisitor, isIdentifying } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import { revisionOf } from '../conversation/revision.ts';
import { createSharedCrm } from '../delivery/crm.ts';
import { park } from '../delivery/delivery.ts';
import type { ChatsOf, Conversations, Destination, VisitorChat } from '../delivery/ports.ts';
import { createReleaseHeld, type ReleaseHeldDependencies } from '../delivery/release-held.ts';
import { foundBy, type Identity, type IdentityOf } from '../mapping/identity.ts';
import type { OpenedMessage, OpenMessage } from '../queue/envelope.ts';
import { type DeliverToDependencies, type DeliveryResult, deliverTo } from './deliver-to.ts';

export type HandleMessageDependencies = DeliverToDependencies &
  Pick<ReleaseHeldDependencies, 'enqueueChat'> & {
    readonly open: OpenMessage;
    /** Translates a body of the source's format; undefined if it is none. */
    readonly read: (body: string) => Conversation | undefined;
    readonly identityOf: IdentityOf;
    /** Keeps a message that cannot be read, instead of handing it round the queue for ever. */
    readonly keepUnreadable: (message: Uint8Array, why: Unreadable) => Promise<unknown>;
    readonly conversations: Conversations;
    readonly chatsOf: ChatsOf;
    readonly destinations: Promise<readonly Destination[]>;
  };

type Unreadable = { readonly reason: string; readonly detail: string; readonly faults: readonly [] };

/** When to hand a message out again, or undefined when it is done with. */
export type NextVisit = Date | undefined;

export type Round = {
  /** How many messages are handled side by side. */
  readonly participants: number;
  readonly deadline: Date;
  /** Nothing else runs at the same time. */
  readonly isIsolated: boolean;
};

type Chat = {
  readonly conversation: Conversation;
  readonly contentHash: string;
  readonly revision: string;
  readonly receivedAt: Date;
  readonly identity: Identity;
  readonly isNew: boolean;
};

/** A longer wait is the ledger's: its pending entry is the timer, and the sweep puts the chat back on the queue. */
const maxQueueWaitMs = 120_000;
/** Characters. What is longer comes as a heavy message when it comes from the hook. */
const maxLightLength = 1024 * 1024;
/** How soon to release held chats once more, if one was being attempted. */
const releaseAgainMs = 3000;

/**
 * Handles one message: stores or loads its chat, attempts every destination that it is for, and releases what is held of
 * the same visitor.
 * @returns `isolate` if the message is to be handled once more, with nothing else running
 */
export function createHandleMessage(dependencies: HandleMessageDependencies, round: Round) {
  const { conversations, ledger, open, read, identityOf, keepUnreadable, chatsOf, log, now } = dependencies;
  const { participants, deadline, isIsolated } = round;
  const releaseHeld = createReleaseHeld(dependencies);
  const lanes = dependencies.destinations.then((destinations) =>
    destinations.map((destination) => {
      const shared = createSharedCrm(destination.adapter, { participants, deadline, now });
      return { ...destination, ...shared };
    }),
  );

  return async (message: string): Promise<NextVisit | 'isolate'> => {
    const all = await lanes;
    const staying = new Set(all);
    const leave = (lane: (typeof all)[number]) => {
      if (staying.delete(lane)) lane.leave();
    };
    try {
      const opened = await open(message);
      if (opened.kind === 'unreadable') return await setAside(message, opened);
      const chat = opened.kind === 'hook' ? await save(opened) : await load(opened);
      if (chat === undefined || chat === 'isolate') return chat;
      const { conversation } = chat;

      const isMeant = ({ name }: Destination) => opened.kind === 'hook' || opened.destinations.includes(name);
      for (const lane of all) if (!isMeant(lane)) leave(lane);
      const visitor = accountVisitor(conversation);
      const chats = visitor === null ? [] : await chatsOf(visitor);
      const copy = { ...chat, identity: identify(chat.identity, chats), deadline, isIsolated };
      const results = await Promise.allSettled(
        [...staying].map((lane) => deliverTo(lane, lane.crm, copy, dependencies).finally(() => leave(lane))),
      );
      if (results.some((result) => result.status === 'fulfilled' && result.value.kind === 'quarantined')) {
        return 'isolate';
      }
      return soonest([...shortWaits(results, now()), ...(await release(chat, chats, all))]);
    } finally {
      for (const lane of staying) leave(lane);
    }
  };

  async function save({ body, receivedAt }: Opened<'hook'>): Promise<Chat | undefined> {
    const conversation = read(body);
    if (conversation === undefined) return setAside(body, notAChat);
    const identity = await identityOf(conversation);
    const revision = revisionOf(conversation, receivedAt);
    const copy = { conversation, contentHash: contentHash(conversation), revision, receivedAt, identity };
    const saved = await conversations.save({ ...copy, foundBy: foundBy(identity), body });
    // The newer copy has a message of its own.
    return saved === 'superseded' ? undefined : { ...copy, isNew: saved === 'new' };
  }

  async function load({ conversationId, destinations }: Opened<'chat'>): Promise<Chat | undefined | 'isolate'> {
    const stored = await conversations.load(conversationId);
    if (stored === 'erased') return undefined;
    if (stored === undefined) {
      await Promise.all(destinations.map((destination) => ledger.remove(conversationId, destination)));
      return undefined;
    }
    if (stored.length > maxLightLength && !isIsolated) return 'isolate';
    const conversation = read(await stored.readBody());
    if (conversation === undefined) return parkAll(conversationId, destinations, notAChat.detail);
    const { revision, receivedAt } = stored;
    const identity = await identityOf(conversation);
    return { conversation, contentHash: contentHash(conversation), revision, receivedAt, identity, isNew: false };
  }

  async function parkAll(conversationId: string, destinations: readonly string[], reason: string): Promise<undefined> {
    for (const destination of destinations) {
      const delivery = await ledger.read(conversationId, destination);
      if (delivery?.state === 'pending') await ledger.write(conversationId, park(delivery, now(), reason));
    }
  }

  async function setAside(
    content: string,
    { reason, detail }: Pick<Unreadable, 'reason' | 'detail'>,
  ): Promise<undefined> {
    await keepUnreadable(Buffer.from(content), { reason, detail, faults: [] });
    // This line is counted, and raises an alarm.
    log.error('unreadable message kept as rejected', { reason });
  }

  async function release(
    { conversation, identity }: Chat,
    chats: readonly VisitorChat[],
    destinations: readonly Destination[],
  ): Promise<readonly Date[]> {
    const own = { conversationId: conversation.id, ...foundBy(identity) };
    if (!isIdentifying(own)) return [];
    // The index may not know this chat yet.
    const others = chats.filter(({ conversationId }) => conversationId !== conversation.id);
    const names = destinations.map(({ name }) => name);
    const released = await releaseHeld([own, ...others], names);
    return released === 'busy' ? [new Date(now().getTime() + releaseAgainMs)] : [];
  }
}

type Opened<Kind extends OpenedMessage['kind']> = Extract<OpenedMessage, { readonly kind: Kind }>;

/**
 * A visitor who left no address in this chat is the one who left one last; and failing that, a number. What they only
 * said in their words, in this chat and then in another, comes after all that.
 */
function identify(own: Identity, chats: readonly VisitorChat[]): Identity {
  if (own.email !== null) return own;
  const last = (name: 'email' | 'phone', isFromWords: boolean) =>
    chats.findLast((chat) => chat[name] !== null && (chat.isFromWords ?? false) === isFromWords)?.[name] ?? null;
  const email = last('email', false);
  const phone = own.phone ?? (email === null ? last('phone', false) : null);
  if (email !== null || phone !== null) return { ...own, email, phone };
  if (isIdentifying(own.inWords)) return own;
  const inWords = { email: last('email', true), phone: last('phone', true) };
  return { ...own, inWords };
}

/** @throws a destination's store error, only after the others have had their attempt */
const shortWaits = (results: readonly PromiseSettledResult<DeliveryResult>[], now: Date): readonly Date[] =>
  results.flatMap((result) => {
    if (result.status === 'rejected') throw result.reason;
    if (result.value.kind !== 'busy') return [];
    const { until } = result.value;
    return until.getTime() - now.getTime() <= maxQueueWaitMs ? [until] : [];
  });

const soonest = (times: readonly Date[]): NextVisit =>
  times.length === 0 ? undefined : new Date(Math.min(...times.map((time) => time.getTime())));

const notAChat = {
  reason: 'not-a-chat',
  detail:
    'Another release accepted this as a chat, and this one cannot read it. Its body is kept whole: deploy a release ' +
    'that can, then replay it.',
};
