import { createRecords } from '../../../lambda/store/records.ts';
import type { Deployment, Invocation } from '../../lib/deployment/deployment.ts';
import { renderTable } from '../../lib/table.ts';
import { bold, dim, print, printable, printJson, stateText } from '../../lib/terminal/output.ts';
import { createTimes, inWords, type Times, timezoneOf } from '../../lib/time.ts';
import { type Overview, type Period, readOverview } from './overview.ts';

type Options = { readonly json: boolean };

export async function status({ options: { json }, openDeployment }: Invocation<Options>): Promise<void> {
  const deployment = await openDeployment();
  const now = new Date();
  const overview = await readOverview(deployment, createRecords(deployment.table), now);
  if (json) printJson({ deployment: deployment.name, at: now.toISOString(), ...overview });
  else print(overviewText(deployment, overview, { at: now, times: createTimes(timezoneOf(deployment), now) }));
}

function overviewText(
  deployment: Pick<Deployment, 'name' | 'commandLine'>,
  overview: Overview,
  { at, times }: { readonly at: Date; readonly times: Times },
): string {
  const { now, today, sevenDays, reasons } = overview;
  return [
    `${bold(deployment.name)}  ${dim(`${times.short(at.toISOString())} in ${times.timezone}`)}`,
    '',
    ...nowLines({ ...now, warned: sevenDays.warned }, at, times),
    '',
    periodsTable([
      ['today', today],
      ['7 days', sevenDays],
    ]),
    ...(reasons.length === 0
      ? []
      : [
          '',
          renderTable(
            [{ head: 'COUNT', align: 'right' }, { head: 'STATE' }, { head: 'REASON', fills: true }],
            reasons.map(({ count, state, reason }) => [count, stateText(state), printable(reason)]),
          ),
        ]),
    ...advice({ ...now, warned: sevenDays.warned }, deployment),
  ].join('\n');
}

function nowLines(
  { queue, fetchQueue, deadLetters, oldestPendingSince, ...counts }: Overview['now'] & Pick<Period, 'warned'>,
  at: Date,
  times: Times,
): readonly string[] {
  const age =
    oldestPendingSince === null
      ? ''
      : `   the oldest since ${times.short(oldestPendingSince)} (${inWords(at.getTime() - Date.parse(oldestPendingSince))})`;
  const rows: readonly (readonly [string, number, string])[] = [
    ['pending', counts.pending, age],
    ['parked', counts.parked, ''],
    ['held', counts.held, ''],
    ['rejected', counts.rejected, ''],
    ['dismissed', counts.dismissed, ''],
    ['warned', counts.warned, counts.warned > 0 ? '   delivered in 7 days, without something refused' : ''],
    ['spooled', counts.spooled, counts.spooled > 0 ? '   in the table, until the queue is back' : ''],
    ['on the queue', queue.messages, inFlightText(queue)],
    ...(fetchQueue === null ? [] : [['to fetch', fetchQueue.messages, inFlightText(fetchQueue)] as const]),
    ['dead letters', deadLetters, ''],
  ];
  return rows.map(([what, count, more]) => `  ${what.padEnd(12)} ${String(count).padStart(6)}${more}`);
}

const inFlightText = ({ inFlight }: Overview['now']['queue']) =>
  inFlight > 0 ? `   and ${inFlight} in flight or delayed` : '';

const states = ['delivered', 'pending', 'parked', 'held', 'skipped'] as const;

function periodsTable(periods: readonly (readonly [name: string, period: Period])[]): string {
  const columns = ['', 'RECEIVED', 'REJECTED', ...states.map((state) => state.toUpperCase())];
  const rows = periods.flatMap(([name, { received, rejected, destinations }]) => [
    [name, received, rejected, ...states.map(() => '')],
    ...Object.entries(destinations).map(([destination, counts]) => [
      `  ${printable(destination)}`,
      '',
      '',
      ...states.map((state) => counts[state] ?? 0),
    ]),
  ]);
  return renderTable(
    columns.map((head, index) => (index === 0 ? { head, maxWidth: 24 } : { head, align: 'right' as const })),
    rows,
  );
}

function advice(
  { parked, held, rejected, deadLetters, warned }: Overview['now'] & Pick<Period, 'warned'>,
  { commandLine }: Pick<Deployment, 'commandLine'>,
): readonly string[] {
  const lines = [
    ...(parked + rejected > 0 ? [`To see what needs attention: ${commandLine('list --state parked,rejected')}`] : []),
    ...(held > 0 ? [`To see what is held: ${commandLine('list --state held')}`] : []),
    ...(warned > 0 ? [`To see what the CRMs did not accept: ${commandLine('list --state warned')}`] : []),
    ...(deadLetters > 0 ? [`To try dead letters again: ${commandLine('replay --dead-letters')}`] : []),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}
