import { isIdentifying } from '../conversation/match-keys.ts';
import { isLeased, shownState } from './delivery.ts';
import type { EnqueueChat, Ledger, VisitorChat } from './ports.ts';
import { requeue } from './state-machine.ts';

export type ReleaseHeldDependencies = {
  readonly ledger: Pick<Ledger, 'read' | 'write'>;
  readonly enqueueChat: EnqueueChat;
  readonly now: () => Date;
};

/** Makes a delivery pending that is held or waits for a second look. Queue it afterwards. */
const createRequeueHeld =
  ({ ledger, now }: Pick<ReleaseHeldDependencies, 'ledger' | 'now'>) =>
  async (conversationId: string, destination: string): Promise<'requeued' | 'busy' | 'left'> => {
    const delivery = await ledger.read(conversationId, destination);
    if (delivery === undefined) return 'left';
    if (isLeased(delivery, now())) return 'busy';
    if (shownState(delivery) !== 'held' && !delivery.awaitsSecondLook) return 'left';
    const result = requeue(delivery, now());
    if (result.kind === 'refused') return 'left';
    return (await ledger.write(conversationId, result.delivery)) ? 'requeued' : 'busy';
  };

/** Requeues one delivery whose hold is over. Safe to repeat, like `createReleaseHeld`. */
export function createReleaseOne(dependencies: ReleaseHeldDependencies) {
  const requeueHeld = createRequeueHeld(dependencies);
  return async (held: { readonly conversationId: string; readonly destination: string }): Promise<void> => {
    const { conversationId, destination } = held;
    if ((await requeueHeld(conversationId, destination)) !== 'requeued') return;
    await dependencies.enqueueChat(conversationId, [destination]);
  };
}

/**
 * Once a chat identifies its visitor, requeues their held chats, and those waiting for a second look. Safe to repeat.
 * If the process dies between the ledger and the queue, the sweep queues the pending delivery.
 * @returns `busy` if one is being attempted and may still end up held: release again in a moment
 */
export function createReleaseHeld(dependencies: ReleaseHeldDependencies) {
  const requeueHeld = createRequeueHeld(dependencies);
  return async (chats: readonly VisitorChat[], destinations: readonly string[]): Promise<'done' | 'busy'> => {
    const nameless = chats.filter((chat) => !isIdentifying(chat));
    if (nameless.length === chats.length) return 'done';
    let isBusy = false;
    for (const { conversationId } of nameless) {
      const results = await Promise.all(destinations.map((destination) => requeueHeld(conversationId, destination)));
      const requeued = destinations.filter((_, at) => results[at] === 'requeued');
      if (requeued.length > 0) await dependencies.enqueueChat(conversationId, requeued);
      isBusy ||= results.includes('busy');
    }
    return isBusy ? 'busy' : 'done';
  };
}
