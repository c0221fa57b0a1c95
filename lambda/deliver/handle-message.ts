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

type Stoppable = { readonly isStopped: () => Promise<boolean> };

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
    const leave = (destination: (typeof destinations)[number]) => {
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
      const attempts = [...active].map(async (destination) => {
        const { crm, isStopped } = destination;
        // A chat that the sweep or an operator puts back is always tried: that is how the CRM's return is noticed.
        const mayStop = chat.destinations === null;
        // Read while the lease is written, so that a lone chat does not wait for it.
        if (mayStop) isStopped();
        const asked = mayStop ? { ...copy, isStopped } : copy;
        const result = await deliverTo(destination, crm, asked, dependencies).finally(() => leave(destination));
        return { kind: result.kind, wait: await waitFor(destination, result) };
      });
      const results = await Promise.allSettled(attempts);
      if (results.some((result) => result.status === 'fulfilled' && result.value.kind === 'quarantined')) {
        return 'isolate';
      }
      const waits = results.map((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value.wait;
      });
      return earliest([...waits, await release(chat, await chats, destinations)]);
    } finally {
      for (const destination of active) leave(destination);
    }
  };

  /** Longer waits are left to the ledger: its pending entry is the timer, and the sweep requeues the chat. */
  async function waitFor({ isStopped }: Stoppable, result: DeliveryResult): Promise<Redelivery | undefined> {
    if (result.kind !== 'busy' && result.kind !== 'pending') return undefined;
    if (result.until.getTime() - now().getTime() > maxQueueWaitMs) return undefined;
    const isListed = result.kind === 'pending';
    // A CRM that is away is tried again at the sweep's pace.
    if (isListed && (await isStopped())) return undefined;
    return { at: result.until, isListed };
  }

  /** Releases the visitor's held chats, if this one identifies them. */
  async function release(
    { conversation, identity }: Chat,
    chats: readonly VisitorChat[],
    destinations: readonly Destination[],
  ): Promise<Redelivery | undefined> {
    const own = { conversationId: conversation.id, ...foundBy(identity) };
    if (!isIdentifying(own)) return undefined;
    // The index may not contain this chat yet.
    const others = chats.filter(({ conversationId }) => conversationId !== conversation.id);
    const names = destinations.map(({ name }) => name);
    const released = await releaseHeld([own, ...others], names);
    return released === 'busy' ? { at: new Date(now().getTime() + releaseAgainMs), isListed: false } : undefined;
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

function earliest(waits: readonly (Redelivery | undefined)[]): Redelivery | undefined {
  const due = waits.filter((wait) => wait !== undefined);
  if (due.length === 0) return undefined;
  return {
    at: new Date(Math.min(...due.map(({ at }) => at.getTime()))),
    isListed: due.every(({ isListed }) => isListed),
  };
}
