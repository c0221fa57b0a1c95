import { accountVisitor, isIdentifying } from '../conversation/match-keys.ts';
import { contentHash, withRating } from '../conversation/revision.ts';
import { createSharedCrm, type FetchFile } from '../delivery/crm.ts';
import type { ChatsOf, Destination, VisitorChat } from '../delivery/ports.ts';
import { createReleaseHeld, type ReleaseHeldDependencies } from '../delivery/release-held.ts';
import { park } from '../delivery/state-machine.ts';
import { foundBy, type Identity } from '../mapping/identity.ts';
import type { OpenedMessage, OpenMessage } from '../queue/envelope.ts';
import { type DeliverToDependencies, type DeliveryResult, deliverTo } from './deliver-to.ts';
import { type Chat, createSaveCopy, type SaveCopyDependencies } from './save-copy.ts';

export type HandleMessageDependencies = DeliverToDependencies &
  SaveCopyDependencies &
  Pick<ReleaseHeldDependencies, 'enqueueChat'> & {
    readonly open: OpenMessage;
    /** For information only, so it never throws. */
    readonly reportDeviations: (conversationId: string, deviations: readonly string[]) => Promise<void>;
    /** Keeps a message that cannot be read, so that the queue does not redeliver it forever. */
    readonly keepUnreadable: (message: Uint8Array, why: Unreadable) => Promise<unknown>;
    readonly fetchFile: FetchFile;
    readonly chatsOf: ChatsOf;
    /** Whether most of what the sweep has lately put back for a destination has failed. */
    readonly isAway: (destination: string) => Promise<boolean>;
    readonly destinations: Promise<readonly Destination[]>;
  };

type Unreadable = { readonly reason: string; readonly detail: string; readonly faults: readonly [] };

/** The queue must hand the message out again. */
export type Redelivery = {
  readonly at: Date;
  /** The ledger lists what it is for, so the sweep brings that back if the message is gone. */
  readonly isListed: boolean;
};

export type BatchContext = {
  /** Messages that are handled side by side. */
  readonly participants: number;
  readonly deadline: Date;
  readonly isIsolated: boolean;
};

/** Longer waits are left to the ledger: its pending entry is the timer, and the sweep requeues the chat. */
const maxQueueWaitMs = 120_000;
/** In characters. A longer hook arrives as a heavy message. */
const maxLightLength = 1024 * 1024;
/** How soon to release held chats again if one was being attempted. */
const releaseAgainMs = 3000;

/**
 * Handles one message: stores or loads its chat, attempts its destinations, and releases held chats of the same
 * visitor.
 * @returns `isolate` to handle the message again with nothing else running
 */
export function createHandleMessage(dependencies: HandleMessageDependencies, batch: BatchContext) {
  const {
    conversations,
    ledger,
    open,
    read,
    reportDeviations,
    identityOf,
    keepUnreadable,
    fetchFile,
    chatsOf,
    log,
    now,
  } = dependencies;
  const { participants, deadline, isIsolated } = batch;
  const saveCopy = createSaveCopy(dependencies);
  const releaseHeld = createReleaseHeld(dependencies);
  const configured = dependencies.destinations.then((destinations) =>
    destinations.map((destination) => ({
      ...destination,
      ...createSharedCrm(destination.adapter, { participants, deadline, fetchFile, now }),
    })),
  );

  return async (message: string): Promise<Redelivery | undefined | 'isolate'> => {
    const destinations = await configured;
    const active = new Set(destinations);
    const leave = (destination: (typeof destinations)[number]) => {
      if (active.delete(destination)) destination.leave();
    };
    try {
      const opened = await open(message);
      if (opened.kind === 'unreadable') return await keepAsRejected(message, opened);
      const chat = opened.kind === 'hook' ? await save(opened) : await load(opened.conversationId, opened.destinations);
      if (chat === undefined || chat === 'isolate') return chat;
      const { conversation } = chat;

      const isWanted = ({ name }: Destination) => opened.kind === 'hook' || opened.destinations.includes(name);
      for (const destination of destinations) if (!isWanted(destination)) leave(destination);
      const visitor = accountVisitor(conversation);
      const chats = visitor === null ? Promise.resolve([]) : chatsOf(visitor);
      // If it fails, a chat that has an address is delivered all the same, and only its message comes back.
      chats.catch(() => {});
      const identity = await identify(chat.identity, chats);
      const copy = { ...chat, identity, deadline, isIsolated, isHistory: opened.isHistory === true };
      const attempted = [...active];
      const results = await Promise.allSettled(
        attempted.map((destination) =>
          deliverTo(destination, destination.crm, copy, dependencies).finally(() => leave(destination)),
        ),
      );
      if (results.some((result) => result.status === 'fulfilled' && result.value.kind === 'quarantined')) {
        return 'isolate';
      }
      const waits = await leaveToPace(attempted, shortWaits(results, now()));
      return earliest([...waits, ...(await release(chat, await chats, destinations))]);
    } finally {
      for (const destination of active) leave(destination);
    }
  };

  /** A CRM that is away is tried again at the sweep's pace: the ledger lists the delivery. */
  async function leaveToPace(
    attempted: readonly Destination[],
    waits: readonly (Redelivery | undefined)[],
  ): Promise<readonly Redelivery[]> {
    const kept = await Promise.all(
      waits.map(async (wait, at) => {
        const destination = wait?.isListed ? attempted[at] : undefined;
        // If the table does not tell, the message waits as usual.
        const isAway = destination !== undefined && (await dependencies.isAway(destination.name).catch(() => false));
        return isAway ? undefined : wait;
      }),
    );
    return kept.filter((wait) => wait !== undefined);
  }

  async function save({ body, receivedAt, isReconciled }: Opened<'hook'>): Promise<Chat | undefined | 'isolate'> {
    const saved = await saveCopy({
      body,
      receivedAt,
      maxLength: isIsolated ? Number.POSITIVE_INFINITY : maxLightLength,
    });
    if (saved.kind === 'not a chat') return keepAsRejected(body, notAChat);
    if (saved.kind === 'too large') return 'isolate';
    const { kind, conversationId, chat, deviations } = saved;
    if (deviations.length > 0 && kind !== 'known') await reportDeviations(conversationId, deviations);
    if (kind === 'new' && isReconciled === true) dependencies.metrics.count('Healed');
    // The newer copies have their own messages.
    if (kind === 'superseded') return undefined;
    return chat ?? load(conversationId, []);
  }

  async function load(conversationId: string, destinations: readonly string[]): Promise<Chat | undefined | 'isolate'> {
    const stored = await conversations.load(conversationId);
    // Until its end, the erasure needs what the deliveries know.
    if (stored === 'erasing') return undefined;
    if (stored === 'erased' || stored === undefined) {
      await Promise.all(destinations.map((destination) => ledger.remove(conversationId, destination)));
      return undefined;
    }
    if (stored.length > maxLightLength && !isIsolated) return 'isolate';
    const chat = read(await stored.readBody());
    if (chat === undefined) return parkAll(conversationId, destinations, notAChat.detail);
    const conversation = withRating(chat.conversation, stored.rating);
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

  async function keepAsRejected(
    content: string,
    { reason, detail }: Pick<Unreadable, 'reason' | 'detail'>,
  ): Promise<undefined> {
    await keepUnreadable(Buffer.from(content), { reason, detail, faults: [] });
    // An alarm counts this log line.
    log.error('unreadable message kept as rejected', { reason });
  }

  async function release(
    { conversation, identity }: Chat,
    chats: readonly VisitorChat[],
    destinations: readonly Destination[],
  ): Promise<readonly Redelivery[]> {
    const own = { conversationId: conversation.id, ...foundBy(identity) };
    if (!isIdentifying(own)) return [];
    // The index may not contain this chat yet.
    const others = chats.filter(({ conversationId }) => conversationId !== conversation.id);
    const names = destinations.map(({ name }) => name);
    const released = await releaseHeld([own, ...others], names);
    return released === 'busy' ? [{ at: new Date(now().getTime() + releaseAgainMs), isListed: false }] : [];
  }
}

type Opened<Kind extends OpenedMessage['kind']> = Extract<OpenedMessage, { readonly kind: Kind }>;

/**
 * Identifies a visitor who left no address by the latest one in another chat, or else by the latest phone number. What
 * they only typed in a chat, in this one or else in another, counts if they left nothing anywhere.
 */
async function identify(own: Identity, others: Promise<readonly VisitorChat[]>): Promise<Identity> {
  if (own.email !== null) return own;
  const chats = await others;
  const last = (name: 'email' | 'phone', isFromWords: boolean) =>
    chats.findLast((chat) => chat[name] !== null && (chat.isFromWords ?? false) === isFromWords)?.[name] ?? null;
  const email = last('email', false);
  const phone = own.phone ?? (email === null ? last('phone', false) : null);
  if (email !== null || phone !== null) return { ...own, email, phone };
  if (isIdentifying(own.inWords)) return own;
  return { ...own, inWords: { email: last('email', true), phone: last('phone', true) } };
}

/** One for each result. @throws a destination's store error, but only after all destinations were attempted */
const shortWaits = (
  results: readonly PromiseSettledResult<DeliveryResult>[],
  now: Date,
): readonly (Redelivery | undefined)[] =>
  results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    const { value } = result;
    if (value.kind !== 'busy' && value.kind !== 'pending') return undefined;
    const isListed = value.kind === 'pending';
    return value.until.getTime() - now.getTime() <= maxQueueWaitMs ? { at: value.until, isListed } : undefined;
  });

const earliest = (redeliveries: readonly Redelivery[]): Redelivery | undefined =>
  redeliveries.length === 0
    ? undefined
    : {
        at: new Date(Math.min(...redeliveries.map(({ at }) => at.getTime()))),
        isListed: redeliveries.every(({ isListed }) => isListed),
      };

const notAChat = {
  reason: 'not-a-chat',
  detail:
    'Another release accepted this as a chat, and this one cannot read it. Its body is kept: deploy a release that ' +
    'can, then replay it.',
};
