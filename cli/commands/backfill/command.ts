import type { Command } from 'commander';
import { collect } from '../../../lambda/platform/collect.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { inBulk } from '../../lib/bulk.ts';
import { type Deployment, openDeployment } from '../../lib/deployment/deployment.ts';
import { UsageError } from '../../lib/terminal/errors.ts';
import { example, jsonOption, sinceOption } from '../../lib/options.ts';
import { mapInOrder } from '../../lib/parallel.ts';
import { createEnqueueChatOn, createIsStored } from '../replay/replay-job.ts';
import { confirmMany } from '../../lib/terminal/confirm.ts';
import { print, printJson } from '../../lib/terminal/output.ts';

type Options = {
  readonly destination: string;
  readonly since?: Date;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
};

export function backfill(program: Command): void {
  program
    .command('backfill')
    .description('Sends the stored chats that a new destination has not had, to that destination alone.')
    .requiredOption('--destination <name>', 'the new one; it must be deployed')
    .addOption(sinceOption())
    .option('--dry-run', 'counts them, and changes nothing')
    .option('--yes', 'does not ask, however many they are')
    .addOption(jsonOption())
    .addHelpText('after', example('backfill --destination hubspot --since 2026-01-01', 'with the chats of a year'))
    .action(async (options: Options, command: Command) => {
      const { destination, since, dryRun, json } = options;
      const deployment = await openDeployment(command);
      checkDestination(deployment, destination);
      const ids = await missingAt(deployment, destination, since);
      if (dryRun || ids.length === 0) {
        return json
          ? printJson({ missing: ids })
          : print(`${counted(ids)} missing at ${destination}. Nothing was changed.`);
      }
      await confirmMany(ids.length, `Send ${counted(ids)} to ${destination}`, options);
      const enqueueChat = createEnqueueChatOn(deployment);
      const isStored = createIsStored(deployment);
      const sent: string[] = [];
      const act = async (id: string) => {
        // It may have expired or been erased since it was found.
        if (!(await isStored(id))) return;
        await enqueueChat(id, [destination]);
        sent.push(id);
      };
      try {
        await inBulk({ deployment, items: ids, act });
      } finally {
        if (json) printJson({ sent });
        else print(`${counted(sent)} on the way to ${destination}.`);
      }
    });
}

function checkDestination({ name, destinations }: Deployment, destination: string): void {
  if (Object.hasOwn(destinations, destination)) return;
  const known = Object.keys(destinations).join(', ') || 'none';
  throw new UsageError(
    `${name} has no destination ${JSON.stringify(destination)} (it has: ${known}). Add it to forwarder.json and deploy, then run this.`,
  );
}

/** Oldest first, as they happened. One that is on its way already, by an earlier run, is sent once more: it arrives once. */
async function missingAt({ table }: Deployment, destination: string, since: Date | undefined) {
  const records = createRecords(table);
  const chats = mapInOrder(records.chats(since), async ({ conversationId }) => {
    const deliveries = await records.deliveriesOf(conversationId);
    return deliveries.some((each) => each.destination === destination) ? [] : [conversationId];
  });
  return (await collect(chats)).flat().toReversed();
}

const counted = ({ length }: readonly string[]) => `${length} ${length === 1 ? 'chat' : 'chats'}`;
