import { contentHash } from '../conversation/content-hash.ts';
import { accountVisitor, normaliseEmail } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import { revisionOf, withRating } from '../conversation/revision.ts';
import { createSharedCrm } from '../delivery/crm.ts';
import { park } from '../delivery/delivery.ts';
import type { ChatsOf, Conversations, Destination, VisitorChat } from '../delivery/ports.ts';
import { createReleaseHeld, type ReleaseHeldDependencies } from '../delivery/release-held.ts';
import type { PhoneOf } from '../mapping/phone.ts';
import type { Known } from '../mapping/plan.ts';
import type { OpenedMessage, OpenMessage } from '../queue/envelope.ts';
import { type DeliverToDependencies, type DeliveryResult, deliverTo } from './deliver-to.ts';

export type HandleMessageDependencies = DeliverToDependencies &
  Pick<ReleaseHeldDependencies, 'enqueueChat'> & {
    readonly open: OpenMessage;
    /** Translates a body of the source's format; undefined if it is none. */
    readonly read: (body: string) => ReadChat | undefined;
    /** Reports how accepted bodies differ from the documented format. Never throws: it is told for information only. */
    readonly reportDeviations: (conversationId: string, deviations: readonly string[]) => Promise<void>;
    readonly phoneOf: PhoneOf;
    /** Keeps a message that cannot be read, instead of handing it round the queue for ever. */
    readonly keepUnreadable: (message: Uint8Array, why: Unreadable) => Promise<unknown>;
    readonly conversations: Conversations;
    readonly chatsOf: ChatsOf;
    readonly destinations: Promise<readonly Destination[]>;
  };

/** A body's chat, and where it is not as documented: places and rules, never values. */
type ReadChat = { readonly conversation: Conversation; readonly deviations: readonly string[] };

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
  readonly phone: string | null;
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
  const { conversations, ledger, open, read, reportDeviations, phoneOf, keepUnreadable, chatsOf, log, now } =
    dependencies;
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
      const chat = opened.kind === 'hook' ? await save(opened) : await load(opened.conversationId, opened.destinations);
      if (chat === undefined || chat === 'isolate') return chat;
      const { conversation } = chat;

      const isMeant = ({ name }: Destination) => opened.kind === 'hook' || opened.destinations.includes(name);
      for (const lane of all) if (!isMeant(lane)) leave(lane);
      const visitor = accountVisitor(conversation);
      const chats = visitor === null ? [] : await chatsOf(visitor);
      const copy = { ...chat, known: identify(conversation, chat.phone, chats), deadline, isIsolated };
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

  async function save({ body, receivedAt }: Opened<'hook'>): Promise<Chat | undefined | 'isolate'> {
    const chat = read(body);
    if (chat === undefined) return setAside(body, notAChat);
    const { conversation, deviations } = chat;
    const phone = await phoneOf(conversation);
    const revision = revisionOf(conversation, receivedAt, body);
    const saved = await conversations.save({ conversation, revision, receivedAt, phone, body });
    if (deviations.length > 0 && saved !== 'known') await reportDeviations(conversation.id, deviations);
    switch (saved) {
      case 'new':
      case 'known':
        return {
          conversation,
          contentHash: contentHash(conversation),
          revision,
          receivedAt,
          phone,
          isNew: saved === 'new',
        };
      case 'merged':
        return load(conversation.id, []);
      case 'superseded':
        // The newer copies have messages of their own.
        return undefined;
    }
  }

  async function load(conversationId: string, destinations: readonly string[]): Promise<Chat | undefined | 'isolate'> {
    const stored = await conversations.load(conversationId);
    if (stored === 'erased') return undefined;
    if (stored === undefined) {
      await Promise.all(destinations.map((destination) => ledger.remove(conversationId, destination)));
      return undefined;
    }
    if (stored.length > maxLightLength && !isIsolated) return 'isolate';
    const chat = read(await stored.readBody());
    if (chat === undefined) return parkAll(conversationId, destinations, notAChat.detail);
    const conversation = withRating(chat.conversation, stored.rating);
    const { revision, receivedAt } = stored;
    const phone = await phoneOf(conversation);
    return { conversation, contentHash: contentHash(conversation), revision, receivedAt, phone, isNew: false };
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
    { conversation, phone }: Chat,
    chats: readonly VisitorChat[],
    destinations: readonly Destination[],
  ): Promise<readonly Date[]> {
    const own = { conversationId: conversation.id, email: normaliseEmail(conversation.visitor.email), phone };
    if (own.email === null && own.phone === null) return [];
    // The index may not know this chat yet.
    const others = chats.filter(({ conversationId }) => conversationId !== conversation.id);
    const names = destinations.map(({ name }) => name);
    const released = await releaseHeld([own, ...others], names);
    return released === 'busy' ? [new Date(now().getTime() + releaseAgainMs)] : [];
  }
}

type Opened<Kind extends OpenedMessage['kind']> = Extract<OpenedMessage, { readonly kind: Kind }>;

/** A visitor who left no address in this chat is the one who left one last; and failing that, a number. */
function identify(conversation: Conversation, phone: string | null, chats: readonly VisitorChat[]): Known {
  if (normaliseEmail(conversation.visitor.email) !== null) return { email: null, phone };
  const email = chats.findLast((chat) => chat.email !== null)?.email ?? null;
  if (email !== null || phone !== null) return { email, phone };
  return { email, phone: chats.findLast((chat) => chat.phone !== null)?.phone ?? null };
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
