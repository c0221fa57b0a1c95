import type { Command } from 'commander';
import { createRecords } from '../../lambda/store/records.ts';
import { inBulk } from '../bulk.ts';
import { type Deployment, openDeployment } from '../deployment/deployment.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { type Filter, type State, states } from '../filter.ts';
import { destinationOption, example, jsonOption, sinceOption, statesOption } from '../options.ts';
import { putBackDeadLetters } from '../put-back-dead-letters.ts';
import { findJobs, findJobsById, type Job } from '../replay-jobs.ts';
import { createReplayJob, type JobResult } from '../replay-one.ts';
import { confirmMany } from '../terminal/confirm.ts';
import { note, print, printJson } from '../terminal/output.ts';
import { rowsTable } from '../terminal/rows-table.ts';

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
    .description('Sends chats again, once what was wrong is mended. Nothing is written twice in the CRM.')
    .argument('[ids...]', 'chats, of which that is sent that did not arrive; or rejected bodies')
    .addOption(statesOption(`in these states; ${usual.join(' and ')} if nothing is said`))
    .option('--reason <text>', 'whose reason has this text in it')
    .addOption(sinceOption())
    .addOption(destinationOption())
    .option('--all', 'all that is parked or rejected')
    .option('--dead-letters', 'puts what is in the dead-letter queue back on the queue')
    .option('--dry-run', 'shows what would be sent, and changes nothing')
    .option('--yes', 'does not ask, however many they are')
    .addOption(jsonOption())
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
          ? await findJobsById(records, ids, filters.length > 0 ? filter : undefined)
          : await findJobs(records, filter);
      const meant = jobs.filter(({ rows }) => rows.length > 0);
      if (options.dryRun) return showOnly(meant, options);
      if (meant.length > 0) await confirmMany(meant.length, `Send ${counted(meant.length)} again`, options);
      await replayAll(deployment, meant, options);
    });
}

function showOnly(jobs: readonly Job[], { json }: Options): void {
  if (json) {
    printJson(jobs.flatMap(({ rows }) => rows));
    return;
  }
  if (jobs.length > 0) print(rowsTable(jobs.slice(0, mostShown).flatMap(({ rows }) => rows)));
  if (jobs.length > mostShown) note(`and ${jobs.length - mostShown} more`);
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
