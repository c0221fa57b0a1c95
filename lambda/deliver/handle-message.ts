import { accountVisitor, isIdentifying } from '../conversation/match-keys.ts';
import { createSharedCrm, type FetchFile } from '../delivery/crm.ts';
import type { ChatsOf, Destination, VisitorChat } from '../delivery/ports.ts';
import { createReleaseHeld, type ReleaseHeldDependencies } from '../delivery/release-held.ts';
import { foundBy, identifyBy } from '../mapping/identity.ts';
import { type DeliverToDependencies, type DeliveryResult, deliverTo } from './deliver-to.ts';
import { createOpenChat, type OpenChatDependencies } from './open-chat.ts';
import type { Chat } from './save-copy.ts';

export type HandleMessageDependencies = OpenChatDependencies &
  DeliverToDependencies &
  Pick<ReleaseHeldDependencies, 'enqueueChat'> & {
    readonly destinations: Promise<readonly Destination[]>;
    readonly fetchFile: FetchFile;
    readonly chatsOf: ChatsOf;
    /** Whether the sweep's last probe told that nothing comes through to a destination. */
    readonly isStopped: (destination: string) => Promise<boolean>;
  };

/** The queue must hand the message out again. */
export type Redelivery = {
  readonly at: Date;
  /** The ledger lists the deliveries, so the sweep brings them back if the message is gone. */
  readonly isListed: boolean;
};

export type BatchContext = {
  /** Messages that are handled side by side. */
  readonly participants: number;
  readonly deadline: Date;
  readonly isIsolated: boolean;
};

type Configured = Destination & ReturnType<typeof createSharedCrm> & { readonly isStopped: () => Promise<boolean> };

/** Longer waits are left to the ledger: its pending entry is the timer, and the sweep requeues the chat. */
const maxQueueWaitMs = 120_000;
/** How soon to release held chats again if one was being attempted. */
const releaseAgainMs = 3000;

/**
 * Handles one message: stores or loads its chat, attempts its destinations, and releases held chats of the same
 * visitor.
 * @returns `isolate` to handle the message again with nothing else running
 */
export function createHandleMessage(dependencies: HandleMessageDependencies, batch: BatchContext) {
  const { fetchFile, chatsOf, now } = dependencies;
  const { participants, deadline, isIsolated } = batch;
  const openChat = createOpenChat(dependencies, { isIsolated });
  const releaseHeld = createReleaseHeld(dependencies);
  const configured = dependencies.destinations.then((destinations) =>
    destinations.map((destination) => ({
      ...destination,
      ...createSharedCrm(destination.adapter, { participants, deadline, fetchFile, now }),
      isStopped: once(() => dependencies.isStopped(destination.name)),
    })),
  );

  return async (message: string): Promise<Redelivery | undefined | 'isolate'> => {
    const destinations = await configured;
    const active = new Set(destinations);
    const leave = (destination: Configured) => {
      if (active.delete(destination)) destination.leave();
    };
    try {
      const chat = await openChat(message);
      if (chat === undefined || chat === 'isolate') return chat;
      for (const destination of destinations) {
        if (chat.destinations?.includes(destination.name) === false) leave(destination);
      }
      const visitor = accountVisitor(chat.conversation);
      const chats = visitor === null ? Promise.resolve([]) : chatsOf(visitor);
      // If it fails, a chat that has an address is delivered all the same, and only its message comes back.
      chats.catch(() => {});
      const identity = await identifyBy(chat.identity, chats);

      const copy = { ...chat, identity, deadline, isIsolated };
      // What the sweep or an operator puts back is always tried: it is how the CRM's return is noticed.
      const copyFor = ({ isStopped }: Configured) => (chat.destinations === null ? { ...copy, isStopped } : copy);
      const attempted = [...active];
      const results = await Promise.allSettled(
        attempted.map((destination) =>
          deliverTo(destination, destination.crm, copyFor(destination), dependencies).finally(() => leave(destination)),
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
    attempted: readonly Configured[],
    waits: readonly (Redelivery | undefined)[],
  ): Promise<readonly Redelivery[]> {
    const kept = await Promise.all(
      waits.map(async (wait, at) => {
        const destination = wait?.isListed ? attempted[at] : undefined;
        return (await destination?.isStopped()) ? undefined : wait;
      }),
    );
    return kept.filter((wait) => wait !== undefined);
  }

  /** The visitor's held chats, if this one identifies them. */
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

/** Asked once a batch, if at all. If the table does not tell, the CRM is tried as usual. */
function once(ask: () => Promise<boolean>): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  return () => {
    answer ??= ask().catch(() => false);
    return answer;
  };
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
