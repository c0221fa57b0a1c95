import { isIdentifying } from '../conversation/match-keys.ts';
import { isLeased, shownState } from './delivery.ts';
import type { EnqueueChat, Ledger, VisitorChat } from './ports.ts';
import { requeue } from './state-machine.ts';

export type ReleaseHeldDependencies = {
  readonly ledger: Pick<Ledger, 'read' | 'write'>;
  readonly enqueueChat: EnqueueChat;
  readonly now: () => Date;
};

/**
 * Makes a chat's deliveries pending that are held or wait for a second look, and queues the chat for them. Safe to repeat.
 * If the process dies between the ledger and the queue, the sweep queues the pending deliveries.
 * @returns `busy` if one is being attempted and may still end up held: release again in a moment
 */
export function createReleaseChat({ ledger, enqueueChat, now }: ReleaseHeldDependencies) {
  async function requeueHeld(conversationId: string, destination: string): Promise<'requeued' | 'busy' | 'left'> {
    const delivery = await ledger.read(conversationId, destination);
    if (delivery === undefined) return 'left';
    if (isLeased(delivery, now())) return 'busy';
    if (shownState(delivery) !== 'held' && !delivery.awaitsSecondLook) return 'left';
    const result = requeue(delivery, now());
    if (result.kind === 'refused') return 'left';
    return (await ledger.write(conversationId, result.delivery)) ? 'requeued' : 'busy';
  }

  return async (conversationId: string, destinations: readonly string[]): Promise<'done' | 'busy'> => {
    const results = await Promise.all(destinations.map((destination) => requeueHeld(conversationId, destination)));
    const requeued = destinations.filter((_, at) => results[at] === 'requeued');
    if (requeued.length > 0) await enqueueChat(conversationId, requeued);
    return results.includes('busy') ? 'busy' : 'done';
  };
}

/** Releases a visitor's nameless chats once another one identifies them, like `createReleaseChat`. */
export function createReleaseHeld(dependencies: ReleaseHeldDependencies) {
  const releaseChat = createReleaseChat(dependencies);
  return async (chats: readonly VisitorChat[], destinations: readonly string[]): Promise<'done' | 'busy'> => {
    const nameless = chats.filter((chat) => !isIdentifying(chat));
    if (nameless.length === chats.length) return 'done';
    let isBusy = false;
    for (const { conversationId } of nameless) {
      if ((await releaseChat(conversationId, destinations)) === 'busy') isBusy = true;
    }
    return isBusy ? 'busy' : 'done';
  };
}
