import { missingAt } from '../../cli/commands/backfill.ts';
import { createChange } from '../../cli/commands/dismiss.ts';
import { erasePerson } from '../../cli/commands/erase/erase-person.ts';
import { createPutBackDeadLetters } from '../../cli/commands/replay/dead-letters.ts';
import { createReplayJob, findJobs } from '../../cli/commands/replay/jobs.ts';
import { inBulk } from '../../cli/lib/bulk.ts';
import type { Deployment } from '../../cli/lib/deployment/deployment.ts';
import { findPerson } from '../../cli/lib/person/find-person.ts';
import { readPersonQuery } from '../../cli/lib/person/person.ts';
import type { State } from '../../cli/lib/states.ts';
import { createEnqueueChat } from '../../lambda/queue/queue.ts';
import { createRecords } from '../../lambda/store/records.ts';
import { settings } from './functions.ts';
import type { Services } from './services.ts';

export type Who = Parameters<typeof readPersonQuery>[0];

const anything = { reason: undefined, since: undefined, destination: undefined };

/** The commands of an operator, from the point at which the command line is read. */
export function createCommands(services: Services, destinations: readonly string[]) {
  const { table, erasures, sqs, secrets, queueUrl, deadLetterQueueUrl } = services;
  const deployment: Deployment = {
    name: 'the simulated stack',
    commandLine: (command) => command,
    outputs: {
      HookUrl: '',
      HookKeyDigests: '',
      HookKeySecretArn: '',
      DestinationSecrets: '',
      QueueUrl: queueUrl,
      DeadLetterQueueUrl: deadLetterQueueUrl,
      TableName: 'table',
      ErasureTableName: 'erasures',
    },
    table,
    erasures,
    tableNamed: () => table,
    sqs,
    secrets,
    destinations: Object.fromEntries(destinations.map((name) => [name, `secret of ${name}`])),
    config: () => ({
      ...settings,
      timezone: 'UTC',
      silentAfterHours: 24,
      maxConcurrency: 5,
      batchingWindowSeconds: 1,
      destinations: [],
    }),
    operator: async () => 'eva',
    hookUrl: async () => '',
  };

  const records = createRecords(table);

  return {
    /** `npx forwarder dismiss` of all that is parked or held, or `--undo` of it. */
    dismiss: async ({ undo }: { readonly undo: boolean }): Promise<void> => {
      const change = createChange(deployment, undo ? undefined : { by: 'eva', reason: 'a test' }, undefined);
      const jobs = await findJobs(records, {
        ...anything,
        states: new Set(undo ? (['dismissed'] as const) : (['parked', 'held'] as const)),
      });
      for (const { id } of jobs) await change(id);
    },
    /** `npx forwarder backfill --yes`, for each destination. */
    backfill: async (): Promise<void> => {
      const enqueueChat = createEnqueueChat({ sqs, queueUrl });
      for (const name of destinations) {
        const items = await missingAt(deployment, name, undefined);
        await inBulk({ deployment, items, act: (id) => enqueueChat(id, [name], { isHistory: true }) });
      }
    },
    /** `npx forwarder replay --state`, and `--dead-letters`. */
    replay: async (states: readonly State[]): Promise<void> => {
      const jobs = await findJobs(records, { ...anything, states: new Set(states) });
      const replayJob = createReplayJob(deployment);
      await inBulk({ deployment, items: jobs, act: async (job) => void (await replayJob(job)) });
      const putBack = createPutBackDeadLetters({ sqs, queueUrl, deadLetterQueueUrl });
      while ((await putBack()) > 0);
    },
    /** `npx forwarder erase --yes`. */
    erase: async (who: Who, tellLeft: (lines: readonly string[]) => void) => {
      const person = await findPerson(deployment, readPersonQuery(who), { queues: 'take off' });
      const erasure = await erasePerson(person, {
        deployment,
        adapterOf: async (name) =>
          destinations.includes(name) ? services.adapterOf(name, async () => 'a secret') : undefined,
        now: () => new Date(),
        tellLeft,
        signal: new AbortController().signal,
      });
      return { ...erasure, isComplete: erasure.failed.length === 0 && person.looked.inFlight === 0 };
    },
  };
}
