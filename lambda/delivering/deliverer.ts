import { contentHash } from '../conversation/content-hash.ts';
import type { Conversation } from '../conversation/model.ts';
import { revisionOf } from '../conversation/revision.ts';
import { type DeliveryDependencies, type DeliveryResult, deliverTo } from './deliver-to.ts';
import type { Conversations, KeepUnreadable, Open, Target, Unreadable } from './ports.ts';

export type DelivererDependencies = DeliveryDependencies & {
  readonly open: Open;
  /** Translates a body of the source's format; undefined where it is none. */
  readonly read: (body: string) => Conversation | undefined;
  readonly keepUnreadable: KeepUnreadable;
  readonly conversations: Conversations;
  readonly targets: Promise<readonly Target[]>;
};

/**
 * Handles one message: records its conversation, then attempts every destination that is due, each for itself.
 * @returns when to hand the message out again, or undefined when all is settled
 * @throws what the store throws; the message then comes back by itself
 */
export function createDeliverer(dependencies: DelivererDependencies) {
  const { open, read, keepUnreadable, conversations, targets, log } = dependencies;

  const setAside = async (content: string, why: Unreadable) => {
    await keepUnreadable(Buffer.from(content), { ...why, faults: [] });
    log.error('unreadable message kept as rejected', { reason: why.reason });
  };

  return async (message: string, deadline: Date): Promise<Date | undefined> => {
    const opened = await open(message);
    if (!opened.ok) {
      await setAside(message, opened);
      return undefined;
    }
    const { body, receivedAt } = opened;
    const conversation = read(body);
    if (conversation === undefined) {
      await setAside(body, notAChat);
      return undefined;
    }
    const copy = {
      conversation,
      contentHash: contentHash(conversation),
      revision: revisionOf(conversation, receivedAt),
    };
    // A newer copy is recorded: it has a message of its own.
    if ((await conversations.record({ ...copy, body, receivedAt })) === 'superseded') return undefined;

    const job = { ...copy, deadline };
    const results = await Promise.allSettled((await targets).map((target) => deliverTo(target, job, dependencies)));
    return earliest(results);
  };
}

/** One destination's store error is told only after the others have had their attempt. */
function earliest(results: readonly PromiseSettledResult<DeliveryResult>[]): Date | undefined {
  const times = results.flatMap((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value.kind === 'later' ? [result.value.at.getTime()] : [];
  });
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

const notAChat: Unreadable = {
  reason: 'not-a-chat',
  detail:
    'This was accepted as a chat by another release and is none for this one. Its body is kept whole: mend the schema.',
};
