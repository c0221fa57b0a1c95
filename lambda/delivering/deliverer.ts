import { contentHash } from '../conversation/content-hash.ts';
import { normaliseEmail } from '../conversation/match-keys.ts';
import type { Conversation } from '../conversation/model.ts';
import { revisionOf } from '../conversation/revision.ts';
import type { PhoneOf } from '../mapping/phone.ts';
import type { Known } from '../mapping/plan.ts';
import { type DeliveryDependencies, type DeliveryResult, deliverTo } from './deliver-to.ts';
import { createGathering } from './gathering.ts';
import { createReleaseHeld, type HeldDependencies } from './held.ts';
import type { ChatsOf, Conversations, KeepUnreadable, Open, Target, Unreadable, VisitorChat } from './ports.ts';

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
    readonly chatsOf: ChatsOf;
    readonly targets: Promise<readonly Target[]>;
    readonly newId: () => string;
  };

/** A message of the queue, as it was handed out. */
export type Message = {
  readonly text: string;
  /** It was handed out before: what it brings may be kept already. */
  readonly isAgain: boolean;
};

/** When to hand the message out again, or undefined when all is settled. */
export type Until = Date | undefined;

/** What came of a message: `alone` for one that is to be handled once more, with nothing beside it. */
type Outcome = Until | 'alone';

/** A message is begun alone only where so much time is left for it. */
const leastTimeMs = 30_000;

/**
 * Handles messages side by side: records each conversation, then attempts every destination that it is for and that is
 * due, each for itself, with the calls of one destination gathered. After the others, one at a time, come heavy messages
 * and those at which a process has died: what kills it should take nothing with it.
 *
 * Each promise rejects with what the store throws; that message then comes back by itself.
 */
export function createDeliverer(dependencies: DelivererDependencies) {
  const { isHeavy, now } = dependencies;

  return (messages: readonly Message[], deadline: Date): readonly Promise<Until>[] => {
    const light = messages.filter(({ text }) => !isHeavy(text));
    const handleTogether = createRound(dependencies, { size: light.length, deadline, isAlone: false });
    const begun = messages.map((message) => ({
      message,
      first: isHeavy(message.text) ? alone : handleTogether(message),
    }));

    const hasTime = () => deadline.getTime() - now().getTime() >= leastTimeMs;
    const handleAlone = async (message: Message): Promise<Until> => {
      if (!hasTime()) return now();
      const outcome = await createRound(dependencies, { size: 1, deadline, isAlone: true })(message);
      return outcome === 'alone' ? now() : outcome;
    };
    let before: Promise<unknown> = Promise.allSettled(begun.map(({ first }) => first));
    return begun.map(async ({ message, first }) => {
      const outcome = await first;
      if (outcome !== 'alone') return outcome;
      const turn = before.then(() => handleAlone(message));
      before = turn.catch(() => {});
      return turn;
    });
  };
}

const alone: Promise<Outcome> = Promise.resolve('alone');

type Round = {
  /** How many messages there will be. */
  readonly size: number;
  readonly deadline: Date;
  readonly isAlone: boolean;
};

function createRound(dependencies: DelivererDependencies, { size, deadline, isAlone }: Round) {
  const { targets, conversations, open, read, phoneOf, keepUnreadable, chatsOf, log, newId, now } = dependencies;
  const releaseHeld = createReleaseHeld(dependencies);
  const gatherings = targets.then((all) =>
    all.map((target) => ({ target, gathering: createGathering(target.adapter, { size, deadline, now }) })),
  );

  return async (message: Message): Promise<Outcome> => {
    const parties = (await gatherings).map(({ target, gathering }) => ({ target, party: gathering.join() }));
    try {
      return await handle(message, parties);
    } finally {
      for (const { party } of parties) party.leave();
    }
  };

  async function handle({ text, isAgain }: Message, parties: readonly PartyAt[]): Promise<Outcome> {
    const opened = await open(text);
    if (!opened.ok) return setAside(text, opened);
    const { body, receivedAt, destinations } = opened;
    const meant = thoseOf(destinations, parties);
    const conversation = read(body);
    if (conversation === undefined) return setAside(body, notAChat);

    const phone = await phoneOf(conversation);
    const revision = revisionOf(conversation, receivedAt);
    const by = newId();
    const copy = { conversation, contentHash: contentHash(conversation), revision };
    const recorded = await conversations.record({
      ...copy,
      phone,
      body,
      receivedAt,
      firstAttempts: {
        by,
        destinations: meant.map(nameOf),
        at: now().toISOString(),
        until: deadline.toISOString(),
      },
      // Messages for some destinations are sent of what is kept.
      isLikelyKept: isAgain || destinations !== undefined,
    });
    // A newer copy is recorded: it has a message of its own.
    if (recorded.kind === 'superseded') return undefined;

    const { chats } = recorded;
    const known = knownOf(conversation, phone, chats);
    const job = { ...copy, by, deadline, known, chats, isAlone, isFirst: recorded.kind === 'first' };
    const results = await Promise.allSettled(
      meant.map(({ target, party }) => deliverTo(target, party, job, dependencies).finally(party.leave)),
    );
    if (results.some((result) => has(result, 'suspect'))) return 'alone';
    const until = nextVisit(results, now());
    const isNamed = normaliseEmail(conversation.visitor.email) !== null || phone !== null;
    const isHeld = results.some((result) => has(result, 'settled') && result.value.isHeld);
    // Who is held looks once more: a chat that tells who they are may have come since, and looked before this was held.
    if (isNamed || isHeld) await releaseHeld(isHeld ? await chatsOf(conversation) : chats, parties.map(nameOf));
    return until;
  }

  /** Who leaves no address is who left one last from the same browser; and where none did, whose number was left. */
  function knownOf(conversation: Conversation, phone: string | null, chats: readonly VisitorChat[]): Known {
    if (normaliseEmail(conversation.visitor.email) !== null) return { email: null, phone };
    const email = chats.findLast((chat) => chat.email !== null)?.email ?? null;
    if (email !== null || phone !== null) return { email, phone };
    return { email, phone: chats.findLast((chat) => chat.phone !== null)?.phone ?? null };
  }

  async function setAside(content: string, why: Unreadable): Promise<undefined> {
    await keepUnreadable(Buffer.from(content), { ...why, faults: [] });
    // By this line it is counted, and an alarm raised.
    log.error('unreadable message kept as rejected', { reason: why.reason });
  }
}

type PartyAt = {
  readonly target: Target;
  readonly party: ReturnType<ReturnType<typeof createGathering>['join']>;
};

const nameOf = ({ target }: PartyAt) => target.name;

/** Whom a message is for. Nobody waits for the others any longer. */
function thoseOf(destinations: readonly string[] | undefined, parties: readonly PartyAt[]): readonly PartyAt[] {
  if (destinations === undefined) return parties;
  const isMeant = ({ target }: PartyAt) => destinations.includes(target.name);
  for (const each of parties) if (!isMeant(each)) each.party.leave();
  return parties.filter(isMeant);
}

type Result = PromiseSettledResult<DeliveryResult>;

const has = <Kind extends DeliveryResult['kind']>(
  result: Result,
  kind: Kind,
): result is PromiseFulfilledResult<Extract<DeliveryResult, { kind: Kind }>> =>
  result.status === 'fulfilled' && result.value.kind === kind;

/** How late a destination may be visited for the sake of others. The sweep takes what is an hour late for lost. */
const mostLateMs = 15 * 60_000;

/**
 * For the destination that is due first, and for those that are due soon after: at most as long again from now. Were each
 * visited at its own time, the message would be received so often that the queue gave it up before we do.
 */
function nextVisit(results: readonly Result[], now: Date): Until {
  const times = dueTimes(results);
  if (times.length === 0) return undefined;
  const first = Math.min(...times);
  const wait = Math.max(first - now.getTime(), 0);
  const last = first + Math.min(wait, mostLateMs);
  return new Date(Math.max(...times.filter((time) => time <= last)));
}

/** One destination's store error is told only after the others have had their attempt. */
const dueTimes = (results: readonly Result[]): readonly number[] =>
  results.flatMap((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value.kind === 'later' ? [result.value.at.getTime()] : [];
  });

const notAChat: Unreadable = {
  reason: 'not-a-chat',
  detail:
    'This was accepted as a chat by another release and is none for this one. Its body is kept whole: mend the schema.',
};
