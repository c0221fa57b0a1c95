import { chooseDeliveries, type ReplayedRejected } from '../../../inspector/forwarder/actions.ts';
import { createActions } from '../../../inspector/forwarder/forwarder.ts';
import type { Delivery } from '../../../lambda/delivery/delivery.ts';
import type { Records, RejectedRecord } from '../../../lambda/store/records.ts';
import { type Deployment, tableAndQueues } from '../../lib/deployment/deployment.ts';
import { mapInOrder } from '../../lib/parallel.ts';
import { canReplay, findRejected, isRejectedId, reasonOf, refusalText } from '../../lib/rejected.ts';
import {
  type Filter,
  hasReason,
  isSince,
  listedStates,
  matches,
  type Row,
  rejectedIn,
  rejectedRow,
  toRow,
} from '../../lib/rows.ts';
import type { State } from '../../lib/states.ts';
import { CliError } from '../../lib/terminal/errors.ts';

/** A chat with some of its deliveries, or a rejected body. */
export type Job = {
  readonly id: string;
  /** Empty for a rejected body. */
  readonly deliveries: readonly Delivery[];
  readonly rows: readonly Row[];
  /** False for a rejected body that no release accepts. */
  readonly canReplay: boolean;
};

/** Finds all matches. States that are not listed need a look at every chat. */
export async function findJobs(records: Records, filter: Filter): Promise<readonly Job[]> {
  const byChat = new Map<string, Delivery[]>();
  const add = (id: string, delivery: Delivery) => {
    if (!matches(filter, delivery)) return;
    byChat.set(id, [...(byChat.get(id) ?? []), delivery]);
  };
  const isListed = (state: State) => state === 'rejected' || listedStates.some((listed) => listed === state);
  if ([...filter.states].every(isListed)) {
    for (const state of listedStates.filter((each) => filter.states.has(each))) {
      for await (const { conversationId, delivery } of records.deliveries(state)) add(conversationId, delivery);
    }
  } else {
    const all = mapInOrder(records.chats(), async ({ conversationId }) => ({
      conversationId,
      deliveries: await records.deliveriesOf(conversationId),
    }));
    for await (const { conversationId, deliveries } of all) for (const each of deliveries) add(conversationId, each);
  }
  const chats = [...byChat].map(([id, deliveries]) => chatJob(id, deliveries));
  return [...chats, ...(await rejectedJobs(records, filter))];
}

async function rejectedJobs(records: Records, filter: Filter): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  if (filter.destination !== undefined) return jobs;
  // Of any time: they are listed by their last copy, and the filter means their first.
  for await (const rejected of records.rejected({ ...rejectedIn(filter), since: undefined })) {
    const isMeant = isSince(filter, rejected.receivedAt) && hasReason(filter, reasonOf(rejected));
    if (isMeant) jobs.push(rejectedJob(rejected));
  }
  return jobs;
}

/** The jobs for these ids, with the deliveries that match. Throws CliError for an unknown id. */
export async function findJobsById(
  { records, commandLine }: Pick<Deployment, 'commandLine'> & { readonly records: Records },
  ids: readonly string[],
  filter: Filter | undefined,
): Promise<readonly Job[]> {
  return Promise.all(
    [...new Set(ids)].map(async (id): Promise<Job> => {
      if (isRejectedId(id)) return rejectedJob(await findRejected(records, id, commandLine));
      const all = await records.deliveriesOf(id);
      if (all.length === 0) {
        throw new CliError(
          `There is no delivery of ${JSON.stringify(id)}. ${commandLine('list')} shows what there is; ` +
            'backfill sends chats to a destination that is new.',
        );
      }
      return chatJob(id, filter === undefined ? chooseDeliveries(all) : all.filter((each) => matches(filter, each)));
    }),
  );
}

const chatJob = (id: string, deliveries: readonly Delivery[]): Job => ({
  id,
  deliveries,
  rows: deliveries.map((delivery) => toRow(id, delivery)),
  canReplay: true,
});

const rejectedJob = (rejected: RejectedRecord): Job => ({
  id: rejected.id,
  deliveries: [],
  rows: [rejectedRow(rejected)],
  canReplay: canReplay(rejected),
});

export type JobResult = {
  readonly id: string;
  /** Destinations; for a rejected body, the chat's id. */
  readonly sent: readonly string[];
  readonly left: readonly { readonly destination: string | null; readonly why: string }[];
  readonly failed: boolean;
};

export function createReplayJob(deployment: Deployment): (job: Job) => Promise<JobResult> {
  const { destinations } = deployment;
  const { replay, replayRejected } = createActions(tableAndQueues(deployment));

  return async ({ id, deliveries }) => {
    if (deliveries.length === 0) return rejectedResult(id, await replayRejected(id));
    const present = deliveries.filter(({ destination }) => Object.hasOwn(destinations, destination));
    const gone = deliveries.filter((delivery) => !present.includes(delivery));
    const { sent, left } = await replay(id, present);
    const leftAlone = gone.map(({ destination }) => ({
      destination,
      why: 'belongs to a destination that no longer exists',
    }));
    return { id, sent, left: [...left, ...leftAlone], failed: false };
  };
}

function rejectedResult(id: string, replayed: ReplayedRejected): JobResult {
  const leave = (why: string, failed: boolean) => ({ id, sent: [], left: [{ destination: null, why }], failed });
  switch (replayed.kind) {
    case 'sent':
      return { id, sent: [replayed.conversationId], left: [], failed: false };
    case 'unknown':
      return leave('no longer exists', false);
    case 'refused': {
      const why = refusalText(replayed.refused);
      if (!canReplay(replayed.refused)) return leave(`is refused by every release: ${why}`, false);
      return leave(`is refused by this release too: ${why}`, true);
    }
  }
}
