import type { Batch, CrmAdapter } from '../crm/adapter.ts';
import { CrmError } from '../crm/errors.ts';

/** The port, as one delivery uses it: one thing at a time. */
export type Crm = {
  readonly upsertContact: Single<CrmAdapter['upsertContacts']> | undefined;
  readonly logConversation: Single<CrmAdapter['logConversations']>;
  readonly updateConversation: CrmAdapter['updateConversation'];
  readonly findConversation: CrmAdapter['findConversation'];
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

/** No more is begun that may take longer than is left. */
const leastTimeMs = 25_000;

/**
 * Lets deliveries to one destination that are under way at the same time share their calls: whenever each of them waits
 * for the CRM or is done, all that they ask for goes out together, in the adapter's batches.
 *
 * A CRM that fails a whole batch for now is not asked for the rest of it: the rest fails likewise, and comes back later.
 * @param size how many parties will be asked for; each must `leave`
 */
export function createGathering(
  adapter: CrmAdapter,
  { size, deadline, now }: { readonly size: number; readonly deadline: Date; readonly now: () => Date },
): { readonly join: () => Party } {
  const hasTime = () => deadline.getTime() - now().getTime() >= leastTimeMs;
  const { upsertContacts, logConversations, followUps } = adapter;
  const lanes = {
    contacts: upsertContacts && createLane(upsertContacts, hasTime),
    logs: createLane(logConversations, hasTime),
    followUps: followUps && createLane(followUps.create, hasTime),
  };
  /** Parties that may still ask for something, and are not busy with a call of their own. */
  let present = size;
  let waiting = 0;

  const sendIfAllWait = () => {
    if (waiting === 0 || waiting < present) return;
    waiting = 0;
    for (const lane of Object.values(lanes)) lane?.send();
  };
  const ask =
    <Item, Result>(lane: Lane<Item, Result>) =>
    (item: Item): Promise<Result> => {
      const result = lane.add(item);
      waiting += 1;
      sendIfAllWait();
      return result;
    };
  /** What is asked for one delivery alone holds no other back. */
  const aside =
    <Arguments extends readonly unknown[], Result>(call: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      present -= 1;
      sendIfAllWait();
      try {
        return await call(...given);
      } finally {
        present += 1;
      }
    };

  const crm: Crm = {
    upsertContact: lanes.contacts && ask(lanes.contacts),
    logConversation: ask(lanes.logs),
    updateConversation: aside(adapter.updateConversation),
    findConversation: adapter.findConversation && aside(adapter.findConversation),
    createFollowUp: lanes.followUps && ask(lanes.followUps),
    findFollowUp: followUps && aside(followUps.find),
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
    for (let from = 0; from < all.length; from += most) {
      const batch = all.slice(from, from + most);
      const outcomes = await outcomesOf(batch);
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome?.status === 'fulfilled') resolve(outcome.value);
        else reject(outcome === undefined ? new Error('The adapter gave no outcome for an item.') : outcome.reason);
      }
      const stop = reasonToStop(outcomes) ?? (hasTime() ? undefined : new OutOfTime());
      if (stop === undefined) continue;
      for (const { reject } of all.slice(from + most)) reject(stop);
      return;
    }
  }

  async function outcomesOf(batch: readonly Waiting<Item, Result>[]): Promise<readonly PromiseSettledResult<Result>[]> {
    try {
      return await run(batch.map(({ item }) => item));
    } catch (reason) {
      return batch.map(() => ({ status: 'rejected', reason }));
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
  return new CrmError(message, fault, status === undefined ? {} : { status });
}
