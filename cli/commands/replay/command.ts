import type { Command } from 'commander';
import { createRecords } from '../../../lambda/store/records.ts';
import { inBulk } from '../../lib/bulk.ts';
import { type Deployment, openDeployment } from '../../lib/deployment/deployment.ts';
import { exitCodes, UsageError } from '../../lib/terminal/errors.ts';
import { type Filter, type State, states } from '../../lib/filters.ts';
import { destinationOption, example, jsonOption, remark, sinceOption, statesHelp, statesOption } from '../../lib/options.ts';
import { putBackDeadLetters } from './dead-letters.ts';
import { findJobs, findJobsById, type Job } from './jobs.ts';
import { createReplayJob, type JobResult } from './replay-job.ts';
import { confirm, confirmMany } from '../../lib/terminal/confirm.ts';
import { note, print, printJson } from '../../lib/terminal/output.ts';
import { rowsTable } from '../../lib/rows-table.ts';
import { createTimes } from '../../lib/terminal/time.ts';
import { timezoneOf } from '../../lib/timezone.ts';

type Options = {
  readonly state?: readonly State[];
  readonly reason?: string;
  readonly since?: Date;
  readonly destination?: string;
  readonly all?: true;
  readonly deadLetters?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
};

/** What an operator must look at, and so what is meant where nothing else is said. */
const usual: readonly State[] = ['parked', 'rejected'];
/** A dry run of many shows the first of them. */
const mostShown = 50;

export function replay(program: Command): void {
  program
    .command('replay')
    .description(
      'Sends chats again to where they did not arrive, once what was wrong is mended. Other destinations are left alone.',
    )
    .argument('[ids...]', 'chats, or rejected bodies')
    .addOption(statesOption(`in these states; ${usual.join(' and ')} if nothing is said`))
    .option('--reason <text>', 'whose reason has this text in it')
    .addOption(sinceOption())
    .addOption(destinationOption())
    .option('--all', 'all that is parked or rejected')
    .option('--dead-letters', 'puts what is in the dead-letter queue back on the queue')
    .option('--dry-run', 'shows what would be sent, and changes nothing')
    .option('--yes', 'does not ask, however many they are, and whether they have arrived')
    .addOption(jsonOption())
    .addHelpText('after', remark(whatIsWrittenOver))
    .addHelpText('after', statesHelp)
    .addHelpText('after', example('replay --state parked --reason "no such property"', 'after mending a field'))
    .action(async (ids: readonly string[], options: Options, command: Command) => {
      const { state, reason, since, destination } = options;
      const filters = [state, reason, since, destination].filter((each) => each !== undefined);
      if (options.deadLetters) {
        if (ids.length + filters.length > 0 || options.all) throw new UsageError('--dead-letters stands alone.');
        return putBackDeadLetters(await openDeployment(command), options);
      }
      if (ids.length + filters.length === 0 && !options.all) {
        throw new UsageError('Say what to send again: ids, --state, --reason, --since, --destination or --all.');
      }
      const deployment = await openDeployment(command);
      const records = createRecords(deployment.table);
      const filter: Filter = {
        states: new Set(state ?? (ids.length > 0 ? states : usual)),
        reason,
        since,
        destination,
      };
      const jobs =
        ids.length > 0
          ? await findJobsById(
              { records, commandLine: deployment.commandLine },
              ids,
              filters.length > 0 ? filter : undefined,
            )
          : await findJobs(records, filter);
      const meant = jobs.filter(({ rows }) => rows.length > 0);
      const isNarrowed = ids.length > 0 || [reason, since, destination].some((each) => each !== undefined);
      if (meant.length === 0) return tellNothing(filter, isNarrowed, options);
      if (options.dryRun) return showOnly(deployment, meant, options);
      await confirmJobs(
        meant.filter(({ isHopeless }) => !isHopeless),
        options,
      );
      await replayAll(deployment, meant, options);
    });
}

const whatIsWrittenOver =
  'Nothing is written twice in the CRM. A chat that has arrived everywhere is sent again only where you name it, or ' +
  '--state delivered, and say yes: its note is written over, or made anew where somebody has deleted it.';

function tellNothing({ states }: Filter, isNarrowed: boolean, { dryRun, json }: Options): void {
  // For a script, an answer has its usual shape.
  if (json) printJson(dryRun ? [] : { sent: [], left: [] });
  else print(isNarrowed ? 'Nothing of that kind is there.' : `Nothing is ${oneOf.format(states)}.`);
}

const oneOf = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** What has arrived is written over only where somebody says so, however few they are. */
async function confirmJobs(jobs: readonly Job[], options: Options): Promise<void> {
  const what = `Send ${counted(jobs.length)} again`;
  const arrived = jobs.filter(({ deliveries }) => deliveries.some(({ state }) => state === 'delivered')).length;
  if (arrived === 0) return confirmMany(jobs.length, what, options);
  const which = arrived < jobs.length ? `${arrived} of them have` : arrived === 1 ? 'It has' : 'They have';
  await confirm(`${which} arrived already, and will be written over in the CRM. ${what}`, options);
}

function showOnly(deployment: Deployment, all: readonly Job[], { json }: Options): void {
  const jobs = all.filter(({ isHopeless }) => !isHopeless);
  const hopeless = all.length - jobs.length;
  if (json) {
    printJson(jobs.flatMap(({ rows }) => rows));
    return;
  }
  if (jobs.length > 0) {
    const times = createTimes(timezoneOf(deployment), new Date());
    print(
      rowsTable(
        jobs.slice(0, mostShown).flatMap(({ rows }) => rows),
        times,
      ),
    );
  }
  if (jobs.length > mostShown) note(`and ${jobs.length - mostShown} more`);
  if (hopeless > 0)
    note(`${hopeless} rejected ${hopeless === 1 ? 'body' : 'bodies'} left out, which no release takes.`);
  note(`${counted(jobs.length)} would be sent again. Nothing was changed.`);
}

async function replayAll(deployment: Deployment, jobs: readonly Job[], { json }: Options): Promise<void> {
  const results: JobResult[] = [];
  const replayJob = createReplayJob(deployment);
  try {
    await inBulk({ deployment, items: jobs, act: async (job) => void results.push(await replayJob(job)) });
  } finally {
    tell(results, json);
  }
  if (results.some(({ failed }) => failed)) process.exitCode = exitCodes.failed;
}

function tell(results: readonly JobResult[], json: true | undefined): void {
  const sent = results.filter((result) => result.sent.length > 0);
  const left = results.flatMap(({ id, left }) => left.map((each) => ({ id, ...each })));
  if (json) {
    printJson({ sent: sent.map((each) => ({ id: each.id, destinations: each.sent })), left });
    return;
  }
  for (const { id, destination, why } of left.slice(0, mostShown)) {
    print(`${id}${destination === null ? '' : ` to ${destination}`} ${why}.`);
  }
  if (left.length > mostShown) print(`and ${left.length - mostShown} more like these`);
  print(`${counted(sent.length)} sent again${left.length === 0 ? '' : `, ${left.length} left alone`}.`);
}

const counted = (count: number) => `${count} ${count === 1 ? 'chat' : 'chats'}`;
