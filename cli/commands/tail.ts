import { readVisitors, type Visitor } from '../../inspector/forwarder/visitors.ts';
import { type Delivery, shownState } from '../../lambda/delivery/delivery.ts';
import { createRecords } from '../../lambda/store/records.ts';
import type { Invocation } from '../lib/deployment/deployment.ts';
import { createFollow, type Event } from '../lib/follow.ts';
import { reasonOf } from '../lib/rejected.ts';
import { reasonText } from '../lib/rows.ts';
import { untilInterrupted } from '../lib/terminal/interrupt.ts';
import { bold, dim, note, print, printable, stateText } from '../lib/terminal/output.ts';
import { createTimes, type Times, timezoneOf } from '../lib/time.ts';

const pollMs = 1000;

type Options = { readonly json: boolean };

export async function tail({ options: { json }, openDeployment }: Invocation<Options>): Promise<void> {
  const deployment = await openDeployment();
  const { table, name } = deployment;
  const times = createTimes(timezoneOf(deployment), new Date());
  const follow = createFollow(createRecords(table), new Date());
  if (!json) note(`Following ${name} from now on, in the time of ${times.timezone}. Ctrl-C ends it.`);
  await untilInterrupted(pollMs, async () => {
    const events = await follow(new Date());
    const ids = events.filter(({ kind }) => kind !== 'rejected').map(({ id }) => id);
    const visitors = await readVisitors(table, ids);
    for (const event of events) {
      const visitor = visitors.get(event.id);
      print(json ? JSON.stringify(forScripts(event, visitor)) : lineOf(event, visitor, times));
    }
  });
}

function forScripts(event: Event, visitor: Visitor | undefined) {
  const { kind, at, id } = event;
  const known = { at, kind, id, visitor: visitor?.name ?? null, outcome: visitor?.outcome ?? null };
  if (event.kind === 'rejected') return { ...known, reason: reasonOf(event.rejected) };
  if (event.kind === 'chat') return known;
  const { delivery } = event;
  const { destination, nextAttemptAt } = delivery;
  const state = shownState(delivery);
  return { ...known, destination, state, reason: reasonText(delivery), nextAttemptAt };
}

/** The person first; what a vendor and a visitor wrote stays on its line. */
function lineOf(event: Event, visitor: Visitor | undefined, times: Times): string {
  const head = `${dim(times.exact(event.at))}  ${bold(printable(visitor?.name ?? 'somebody'))}`;
  const id = dim(printable(event.id));
  switch (event.kind) {
    case 'chat':
      return `${head}  came (${visitor?.outcome ?? 'not readable'})  ${id}`;
    case 'rejected':
      return `${dim(times.exact(event.at))}  ${stateText('rejected')}  ${printable(reasonOf(event.rejected))}  ${id}`;
    case 'delivery':
      return `${head}  ${whatBecame(event.delivery, times)}  ${id}`;
  }
}

function whatBecame(delivery: Delivery, times: Times): string {
  const { destination, nextAttemptAt } = delivery;
  const state = shownState(delivery);
  const reason = reasonText(delivery);
  const next = state === 'pending' && nextAttemptAt !== null ? `, again at ${times.exact(nextAttemptAt)}` : '';
  return `${stateText(state)} at ${printable(destination)}${next}${reason === null ? '' : `: ${printable(reason)}`}`;
}
