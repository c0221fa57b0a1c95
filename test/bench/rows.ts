import type { Row } from './row.ts';
import { backlog } from './rows/backlog.ts';
import { bothSources } from './rows/both-sources.ts';
import { billedReceive, coldStartReceive } from './rows/cold-start-receive.ts';
import { cost } from './rows/cost.ts';
import { coldStartDeliver, cpuOfDeliver } from './rows/deliver.ts';
import { growth } from './rows/growth.ts';
import { heal } from './rows/heal.ts';
import { localEndToEnd } from './rows/local-end-to-end.ts';
import { loneChat } from './rows/lone-chat.ts';
import { outage } from './rows/outage.ts';
import { reconcile } from './rows/reconcile.ts';
import { restart } from './rows/restart.ts';
import { store } from './rows/store.ts';
import { transcript } from './rows/transcript.ts';
import { validation } from './rows/validation.ts';
import { warmReceive } from './rows/warm-receive.ts';

/** All that is measured, in the order in which it is. */
export const rows: readonly Row[] = [
  coldStartReceive,
  billedReceive,
  coldStartDeliver,
  cpuOfDeliver,
  warmReceive,
  validation,
  transcript,
  localEndToEnd,
  loneChat,
  backlog,
  outage,
  restart,
  store,
  cost,
  growth,
  bothSources,
  reconcile,
  heal,
];
