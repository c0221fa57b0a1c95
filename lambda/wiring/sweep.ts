import type { Config, MappingSettings } from '../config/config.ts';
import { createReleaseChat, createReleaseHeld } from '../delivery/release-held.ts';
import { createEnqueue, createEnqueueChat } from '../queue/queue.ts';
import { createWatermarks } from '../store/api-progress.ts';
import {
  createCountHeld,
  createListDue,
  createListHeld,
  createListHoldOver,
  createMeasureBacklog,
  createSilentSince,
} from '../store/backlog.ts';
import { createPutClaimCheck } from '../store/large-bodies.ts';
import { createLedger } from '../store/ledger.ts';
import { createPaces } from '../store/pace.ts';
import { createListSpooled } from '../store/spool.ts';
import type { Table } from '../store/table.ts';
import { createChatsOf } from '../store/visitors.ts';
import { createSweep, type SweepDependencies } from '../sweep/sweep.ts';

export type SweepParts = Pick<SweepDependencies, 'sleep' | 'log' | 'metrics' | 'now'> & {
  readonly table: Table;
  readonly queue: Parameters<typeof createEnqueueChat>[0];
  readonly config: Pick<Config, 'retentionDays' | 'timezone' | 'batchingWindowSeconds' | 'api'> & {
    readonly destinations: readonly Pick<MappingSettings, 'name'>[];
  };
};

/** Until most of what is put back was attempted, besides the time for which a batch is collected. */
const slowSeconds = 4;

/** The sweep on a table and a configuration: what its handler and the simulation have in common. */
export function wireSweep({ table, queue, config, ...parts }: SweepParts) {
  const { now } = parts;
  const { retentionDays, timezone, batchingWindowSeconds, api } = config;
  const destinations = config.destinations.map(({ name }) => name);
  const ledger = createLedger(table, { retentionDays, now });
  const enqueueChat = createEnqueueChat(queue);
  return createSweep({
    ...parts,
    spooled: createListSpooled(table),
    enqueue: createEnqueue({ ...queue, putClaimCheck: createPutClaimCheck(table, now) }),
    listDue: createListDue(table, ledger, now),
    paces: createPaces(table),
    enqueueChat,
    listHeld: createListHeld(table),
    listHoldOver: createListHoldOver(table, { destinations, now }),
    releaseChat: createReleaseChat({ ledger, enqueueChat, now }),
    chatsOf: createChatsOf(table),
    releaseHeld: createReleaseHeld({ ledger, enqueueChat, now }),
    destinations,
    slowMs: (batchingWindowSeconds + slowSeconds) * 1000,
    measureBacklog: createMeasureBacklog(table, destinations),
    countHeld: createCountHeld(table, destinations),
    silentSince: createSilentSince(table, now),
    readWatermark: api?.reconcile === true ? createWatermarks(table, api.accountId).read : undefined,
    timezone,
  });
}
