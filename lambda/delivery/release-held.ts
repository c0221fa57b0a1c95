import { isLeased } from './delivery.ts';
import type { EnqueueChat, Ledger, VisitorChat } from './ports.ts';
import { requeue } from './state-machine.ts';

export type ReleaseHeldDependencies = {
  readonly ledger: Pick<Ledger, 'read' | 'write'>;
  readonly enqueueChat: EnqueueChat;
  readonly now: () => Date;
};

/**
 * Once one chat of a visitor identifies them, requeues their held chats, and those waiting for a second look. Safe to
 * repeat. If the process dies between the ledger and the queue, the sweep queues the pending delivery.
 * @returns `busy` if one is being attempted and may still end up held: release again in a moment
 */
export function createReleaseHeld({ ledger, enqueueChat, now }: ReleaseHeldDependencies) {
  const release = async (conversationId: string, destination: string): Promise<'requeued' | 'busy' | 'left'> => {
    const delivery = await ledger.read(conversationId, destination);
    if (delivery === undefined) return 'left';
    if (isLeased(delivery, now())) return 'busy';
    if (delivery.state !== 'held' && !delivery.awaitsSecondLook) return 'left';
    const result = requeue(delivery, now());
    if (result.kind === 'refused') return 'left';
    return (await ledger.write(conversationId, result.delivery)) ? 'requeued' : 'busy';
  };

  return async (chats: readonly VisitorChat[], destinations: readonly string[]): Promise<'done' | 'busy'> => {
    const nameless = chats.filter(({ email, phone }) => email === null && phone === null);
    if (nameless.length === chats.length) return 'done';
    let isBusy = false;
    for (const { conversationId } of nameless) {
      const results = await Promise.all(destinations.map((destination) => release(conversationId, destination)));
      const requeued = destinations.filter((_, at) => results[at] === 'requeued');
      if (requeued.length > 0) await enqueueChat(conversationId, requeued);
      isBusy ||= results.includes('busy');
    }
    return isBusy ? 'busy' : 'done';
  };
}
