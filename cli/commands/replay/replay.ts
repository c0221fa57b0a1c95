import { createRecords } from '../../../lambda/store/records.ts';
import { inBulk } from '../../lib/bulk.ts';
import type { Deployment, Invocation } from '../../lib/deployment/deployment.ts';
import { type Filter, withVisitors } from '../../lib/rows.ts';
import { type State, states } from '../../lib/states.ts';
import { rowsTable } from '../../lib/table.ts';
import { confirm, confirmMany } from '../../lib/terminal/ask.ts';
import { exitCodes, UsageError } from '../../lib/terminal/errors.ts';
import { note, plural, print, printJson } from '../../lib/terminal/output.ts';
import { createTimes, timezoneOf } from '../../lib/time.ts';
import { putBackDeadLetters } from './dead-letters.ts';
import { createReplayJob, findJobs, findJobsById, type Job, type JobResult } from './jobs.ts';

const defaultStates: readonly State[] = ['parked', 'rejected'];
const maxShown = 50;

type Options = {
  readonly state: readonly State[] | undefined;
  readonly reason: string | undefined;
  readonly since: Date | undefined;
  readonly destination: string | undefined;
  readonly all: boolean;
  readonly deadLetters: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
};

export async function replay({ args: ids, options, openDeployment }: Invocation<Options>): Promise<void> {
  const { state, reason, since, destination } = options;
  const filters = [state, reason, since, destination].filter((each) => each !== undefined);
  if (options.deadLetters) {
    if (ids.length + filters.length > 0 || options.all) throw new UsageError('--dead-letters stands alone.');
    return putBackDeadLetters(await openDeployment(), options);
  }
  if (ids.length + filters.length === 0 && !options.all) {
    throw new UsageError('Say what to send again: ids, --state, --reason, --since, --destination or --all.');
  }
  const deployment = await openDeployment();
  const records = createRecords(deployment.table);
  const filter: Filter = {
    states: new Set(state ?? (ids.length > 0 ? states : defaultStates)),
    reason,
    since,
    destination,
  };
  const { commandLine } = deployment;
  const jobs =
    ids.length > 0
      ? await findJobsById({ records, commandLine }, ids, filters.length > 0 ? filter : undefined)
      : await findJobs(records, filter);
  const meant = jobs.filter(({ rows }) => rows.length > 0);
  const isNarrowed = ids.length > 0 || [reason, since, destination].some((each) => each !== undefined);
  if (meant.length === 0) return printNothing(filter, isNarrowed, options);
  if (options.dryRun) return printJobs(deployment, meant, options);
  const replayable = meant.filter((job) => job.canReplay);
  await confirmJobs(replayable, options);
  await replayAll(deployment, meant, options);
}

function printNothing({ states }: Filter, isNarrowed: boolean, { dryRun, json }: Options): void {
  if (json) printJson(dryRun ? [] : { sent: [], left: [] });
  else print(isNarrowed ? 'Nothing matches.' : `Nothing is ${oneOf.format(states)}.`);
}

const oneOf = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** Overwriting what has arrived needs a confirmation, even for a single chat. */
async function confirmJobs(jobs: readonly Job[], options: Options): Promise<void> {
  const what = `Send ${plural(jobs.length, 'chat')} again`;
  const arrived = jobs.filter(({ deliveries }) => deliveries.some(({ state }) => state === 'delivered')).length;
  if (arrived === 0) return confirmMany(jobs.length, what, options);
  const which = arrived < jobs.length ? `${arrived} of them have` : arrived === 1 ? 'It has' : 'They have';
  await confirm(`${which} arrived already, and will be overwritten in the CRM. ${what}`, options);
}

async function printJobs(deployment: Deployment, all: readonly Job[], { json }: Options): Promise<void> {
  const jobs = all.filter(({ canReplay }) => canReplay);
  const leftOut = all.length - jobs.length;
  if (json) {
    printJson(jobs.flatMap(({ rows }) => rows));
    return;
  }
  if (jobs.length > 0) {
    const times = createTimes(timezoneOf(deployment), new Date());
    const shown = jobs.slice(0, maxShown).flatMap(({ rows }) => rows);
    print(rowsTable(await withVisitors(deployment.table, shown), times));
  }
  if (jobs.length > maxShown) note(`and ${jobs.length - maxShown} more`);
  if (leftOut > 0) note(`${plural(leftOut, 'rejected body', 'rejected bodies')} left out: no release accepts them.`);
  note(`${plural(jobs.length, 'chat')} would be sent again. Nothing was changed.`);
}

async function replayAll(deployment: Deployment, jobs: readonly Job[], { json }: Options): Promise<void> {
  const results: JobResult[] = [];
  const replayJob = createReplayJob(deployment);
  try {
    await inBulk({ deployment, items: jobs, act: async (job) => void results.push(await replayJob(job)) });
  } finally {
    printResults(results, json);
  }
  if (results.some(({ failed }) => failed)) process.exitCode = exitCodes.failed;
}

function printResults(results: readonly JobResult[], json: boolean): void {
  const sent = results.filter((result) => result.sent.length > 0);
  const left = results.flatMap(({ id, left }) => left.map((each) => ({ id, ...each })));
  if (json) {
    printJson({ sent: sent.map((each) => ({ id: each.id, destinations: each.sent })), left });
    return;
  }
  for (const { id, destination, why } of left.slice(0, maxShown)) {
    print(`${id}${destination === null ? '' : ` to ${destination}`} ${why}.`);
  }
  if (left.length > maxShown) print(`and ${left.length - maxShown} more like these`);
  print(`${plural(sent.length, 'chat')} sent again${left.length === 0 ? '' : `, ${left.length} left alone`}.`);
}
