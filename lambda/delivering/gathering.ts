import type { Batch, CrmAdapter, Entry, LogId } from '../crm/adapter.ts';
import { oneByOne, rejected } from '../crm/batches/batch.ts';
import { CrmError } from '../crm/errors.ts';

/** The port, as one delivery uses it: one thing at a time. */
export type Crm = {
  readonly upsertContact: Single<CrmAdapter['upsertContacts']> | undefined;
  readonly keepsEmailsUnique: boolean;
  readonly logConversation: Single<CrmAdapter['logConversations']>;
  readonly updateConversation: CrmAdapter['updateConversation'];
  readonly findConversation: CrmAdapter['findConversation'];
  readonly removeConversation: CrmAdapter['removeConversation'];
  readonly createFollowUp: Single<NonNullable<CrmAdapter['followUps']>['create']> | undefined;
  readonly findFollowUp: NonNullable<CrmAdapter['followUps']>['find'] | undefined;
};

type Single<B> = NonNullable<B> extends Batch<infer Item, infer Result> ? (item: Item) => Promise<Result> : never;

/** One of the deliveries that are made side by side. */
export type Party = {
  readonly crm: Crm;
  /** It asks for nothing more: the others need not wait for it. May be called twice. */
  readonly leave: () => void;
};

/** There is no time left in this invocation to ask the CRM: nothing was tried. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** No call is begun that may take longer than is left: who is stopped in the middle of one leaves its outcome in doubt. */
const leastTimeMs = 25_000;

/**
 * Lets deliveries to one destination that are under way at the same time share their calls: whenever each of them waits
 * for the CRM or is done, all that they ask for goes out together, in the adapter's batches. What an adapter does for
 * one at a time goes out a few at a time.
 *
 * A CRM that fails a whole batch for now is not asked for the rest of it: the rest fails likewise, and comes back later.
 * @param size how many parties will be asked for; each must `leave`, whatever becomes of it
 */
export function createGathering(
  adapter: CrmAdapter,
  { size, deadline, now }: { readonly size: number; readonly deadline: Date; readonly now: () => Date },
): { readonly join: () => Party } {
  const hasTime = () => deadline.getTime() - now().getTime() >= leastTimeMs;
  const lanes: { readonly send: () => void }[] = [];
  /** Parties that have not left. */
  let present = size;
  /** Those of them that have asked for something which has not gone out yet. */
  let waiting = 0;

  const sendIfAllWait = () => {
    if (waiting === 0 || waiting < present) return;
    waiting = 0;
    for (const lane of lanes) lane.send();
  };
  const together = <Item, Result>(batch: Batch<Item, Result>): ((item: Item) => Promise<Result>) => {
    const lane = createLane(batch, hasTime);
    lanes.push(lane);
    return (item) => {
      const result = lane.add(item);
      waiting += 1;
      sendIfAllWait();
      return result;
    };
  };

  const { upsertContacts, logConversations, findConversation, removeConversation, followUps } = adapter;
  const update = together(
    oneByOne(({ entry, logId }: { readonly entry: Entry; readonly logId: LogId }) =>
      adapter.updateConversation(entry, logId),
    ),
  );
  const crm: Crm = {
    upsertContact: upsertContacts && together(upsertContacts),
    keepsEmailsUnique: adapter.keepsEmailsUnique === true,
    logConversation: together(logConversations),
    updateConversation: (entry, logId) => update({ entry, logId }),
    findConversation: findConversation && together(oneByOne(findConversation)),
    removeConversation: removeConversation && together(oneByOne(removeConversation)),
    createFollowUp: followUps && together(followUps.create),
    findFollowUp: followUps && together(oneByOne(followUps.find)),
  };
  return {
    join: () => {
      let isPresent = true;
      const leave = () => {
        if (!isPresent) return;
        isPresent = false;
        present -= 1;
        sendIfAllWait();
      };
      return { crm, leave };
    },
  };
}

type Lane<Item, Result> = {
  readonly add: (item: Item) => Promise<Result>;
  readonly send: () => void;
};

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
};

/** Items that wait for one kind of call. */
function createLane<Item, Result>({ most, run }: Batch<Item, Result>, hasTime: () => boolean): Lane<Item, Result> {
  let queue: Waiting<Item, Result>[] = [];

  async function sendAll(all: readonly Waiting<Item, Result>[]): Promise<void> {
    let stop: Error | undefined;
    for (let from = 0; from < all.length; from += most) {
      const batch = all.slice(from, from + most);
      stop ??= hasTime() ? undefined : new OutOfTime();
      const outcomes = stop === undefined ? await outcomesOf(batch) : batch.map(() => rejected(stop));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index] ?? rejected(new Error('The adapter gave no outcome for an item.'));
        if (outcome.status === 'fulfilled') resolve(outcome.value);
        else reject(outcome.reason);
      }
      stop ??= reasonToStop(outcomes);
    }
  }

  async function outcomesOf(batch: readonly Waiting<Item, Result>[]): Promise<readonly PromiseSettledResult<Result>[]> {
    try {
      return await run(batch.map(({ item }) => item));
    } catch (reason) {
      return batch.map(() => rejected(reason));
    }
  }

  return {
    add: (item) => new Promise((resolve, reject) => queue.push({ item, resolve, reject })),
    send: () => {
      const all = queue;
      queue = [];
      void sendAll(all);
    },
  };
}

/** What holds for the CRM and not for an item: then the rest would only knock in vain. */
function reasonToStop(outcomes: readonly PromiseSettledResult<unknown>[]): CrmError | undefined {
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const passing = reasons.find((reason) => reason instanceof CrmError && reason.fault.kind !== 'permanent');
  if (reasons.length < outcomes.length || !(passing instanceof CrmError)) return undefined;
  const { message, fault, status } = passing;
  // Without what is in doubt: of the rest, nothing was tried.
  return new CrmError(message, fault, status === undefined ? {} : { status });
}
