import { contentHash } from '../conversation/content-hash.ts';
import { normaliseEmail } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import { revisionOf } from '../conversation/revision.ts';
import type { PhoneOf } from '../mapping/phone.ts';
import { type DeliveryDependencies, type DeliveryResult, deliverTo } from './deliver-to.ts';
import { createGathering } from './gathering.ts';
import { createReleaseHeld, type HeldDependencies } from './held.ts';
import type { Conversations, KeepUnreadable, Open, Target, Unreadable } from './ports.ts';

export type DelivererDependencies = DeliveryDependencies &
  HeldDependencies & {
    readonly open: Open;
    /** Whether a message may hold so much that it is better handled alone. */
    readonly isHeavy: (message: string) => boolean;
    /** Translates a body of the source's format; undefined where it is none. */
    readonly read: (body: string) => Conversation | undefined;
    readonly phoneOf: PhoneOf;
    readonly keepUnreadable: KeepUnreadable;
    readonly conversations: Conversations;
    readonly targets: Promise<readonly Target[]>;
  };

/** When to hand the message out again, or undefined when all is settled. */
export type Until = Date | undefined;

/** A heavy message is begun only where so much time is left for it. */
const leastTimeMs = 30_000;

/**
 * Handles messages side by side: records each conversation, then attempts every destination that is due, each for itself,
 * with the calls of one destination gathered. Heavy messages come after the others, one at a time.
 *
 * Each promise rejects with what the store throws; that message then comes back by itself.
 */
export function createDeliverer(dependencies: DelivererDependencies) {
  const { isHeavy, now } = dependencies;

  return (messages: readonly string[], deadline: Date): readonly Promise<Until>[] => {
    const together = createRound(dependencies, messages.filter((message) => !isHeavy(message)).length, deadline);
    const light = messages.map((message) => (isHeavy(message) ? undefined : together(message)));
    let before: Promise<unknown> = Promise.allSettled(light);
    return messages.map((message, at) => {
      const underWay = light[at];
      if (underWay !== undefined) return underWay;
      const hasTime = () => deadline.getTime() - now().getTime() >= leastTimeMs;
      const turn = before.then(() => (hasTime() ? createRound(dependencies, 1, deadline)(message) : now()));
      before = turn.catch(() => {});
      return turn;
    });
  };
}

/** @param size how many messages it will be called with */
function createRound(dependencies: DelivererDependencies, size: number, deadline: Date) {
  const { targets, conversations, open, read, phoneOf, keepUnreadable, chatsOf, log, now } = dependencies;
  const releaseHeld = createReleaseHeld(dependencies);
  const gatherings = targets.then((all) =>
    all.map((target) => ({ target, gathering: createGathering(target.adapter, { size, deadline, now }) })),
  );

  return async (message: string): Promise<Until> => {
    const parties = (await gatherings).map(({ target, gathering }) => ({ target, party: gathering.join() }));
    try {
      return await handle(message, parties);
    } finally {
      for (const { party } of parties) party.leave();
    }
  };

  async function handle(message: string, parties: readonly PartyAt[]): Promise<Until> {
    const opened = await open(message);
    if (!opened.ok) return setAside(message, opened);
    const { body, receivedAt } = opened;
    const conversation = read(body);
    if (conversation === undefined) return setAside(body, notAChat);

    const phone = await phoneOf(conversation);
    const revision = revisionOf(conversation, receivedAt);
    const copy = { conversation, contentHash: contentHash(conversation), revision };
    const recorded = await conversations.record({ ...copy, phone, body, receivedAt });
    // A newer copy is recorded: it has a message of its own.
    if (recorded === 'superseded') return undefined;

    const known = { email: await emailElsewhere(conversation), phone };
    const job = { ...copy, deadline, known, isFirst: recorded === 'first' };
    const results = await Promise.allSettled(
      parties.map(({ target, party }) => deliverTo(target, party, job, dependencies).finally(party.leave)),
    );
    const until = earliest(results);
    await releaseOthers(conversation, results, parties);
    return until;
  }

  async function emailElsewhere({ visitor }: Conversation): Promise<string | null> {
    if (visitor.id === null || normaliseEmail(visitor.email) !== null) return null;
    return (await chatsOf(visitor.id)).findLast(({ email }) => email !== null)?.email ?? null;
  }

  async function releaseOthers(
    { visitor }: Conversation,
    results: readonly PromiseSettledResult<DeliveryResult>[],
    parties: readonly PartyAt[],
  ): Promise<void> {
    const isHeld = (result: (typeof results)[number]) =>
      result.status === 'fulfilled' && result.value.kind === 'settled' && result.value.held === true;
    if (visitor.id === null || (normaliseEmail(visitor.email) === null && !results.some(isHeld))) return;
    await releaseHeld(
      visitor.id,
      parties.map(({ target }) => target.name),
    );
  }

  async function setAside(content: string, why: Unreadable): Promise<undefined> {
    await keepUnreadable(Buffer.from(content), { ...why, faults: [] });
    log.error('unreadable message kept as rejected', { reason: why.reason });
  }
}

type PartyAt = {
  readonly target: Target;
  readonly party: ReturnType<ReturnType<typeof createGathering>['join']>;
};

/** One destination's store error is told only after the others have had their attempt. */
function earliest(results: readonly PromiseSettledResult<DeliveryResult>[]): Until {
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
