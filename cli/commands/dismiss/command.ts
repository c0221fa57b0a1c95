import type { Delivery, Dismissal } from '../../../lambda/delivery/delivery.ts';
import { dismiss as dismissDelivery, undoDismissal } from '../../../lambda/delivery/state-machine.ts';
import { createLedger } from '../../../lambda/store/ledger.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { createRejectedBodies } from '../../../lambda/store/rejected.ts';
import { defineCommand, flag, json, text } from '../../lib/define-command.ts';
import type { Deployment } from '../../lib/deployment/deployment.ts';
import { destination } from '../../lib/filters.ts';
import { findRejected, isRejectedId } from '../../lib/rejected.ts';
import { CliError, exitCodes, UsageError } from '../../lib/terminal/errors.ts';
import { print, printable, printJson } from '../../lib/terminal/output.ts';

export const dismiss = defineCommand({
  argument: 'of chats (208:55039), or of rejected bodies or their beginnings; see list',
  options: {
    reason: text('<text>', 'why nothing needs to be done; it is kept, so name no person'),
    destination,
    undo: flag('they are parked, held or rejected again'),
    json,
  },
  notes: [
    'What is dismissed is kept as long as before, listed by list --state dismissed, and sent again only by replay with ' +
      'its id. A newer copy of the chat is delivered as usual.',
  ],
  example: ['dismiss 208:55039 --reason "a test of ours"', 'for a chat that the CRM need not have'],
  handler: async ({ args: ids, options, openDeployment }) => {
    const reason = readReason(options);
    const deployment = await openDeployment();
    const change = reason === undefined ? undefined : { by: await deployment.operator(), reason };
    const changeOne = createChange(deployment, change, options.destination);
    const results: Result[] = [];
    // One after the other, so that what was changed before an error is printed.
    try {
      for (const id of new Set(ids)) results.push(...(await changeOne(id)));
    } finally {
      if (options.json) printJson(results);
      else for (const each of results) print(resultText(each, options));
    }
    if (results.some(({ why }) => why !== null)) process.exitCode = exitCodes.failed;
  },
});

type Options = { readonly reason: string | undefined; readonly undo: boolean };

type Result = {
  readonly id: string;
  /** Null for a rejected body. */
  readonly destination: string | null;
  /** Why it was left alone; completes a sentence. */
  readonly why: string | null;
};

/** In characters. An index holds it. */
const maxReasonLength = 300;

/** Undefined if a dismissal is undone. */
function readReason({ reason = '', undo }: Options): string | undefined {
  if (undo && reason === '') return undefined;
  if (undo) throw new UsageError('--undo takes no --reason.');
  const trimmed = reason.trim();
  if (trimmed === '') throw new UsageError('Give --reason: why nothing needs to be done. Or --undo.');
  if (trimmed.length > maxReasonLength) throw new UsageError(`Give a reason of ${maxReasonLength} characters at most.`);
  return trimmed;
}

function resultText({ id, destination, why }: Result, { undo }: Options): string {
  const what = printable(destination === null ? id : `${id} at ${destination}`);
  return why === null ? `${what}: ${undo ? 'no longer dismissed' : 'dismissed'}.` : `${what} ${why}: left alone.`;
}

/** @param dismissal undefined to undo one */
export function createChange(
  deployment: Deployment,
  dismissal: Omit<Dismissal, 'at'> | undefined,
  destination: string | undefined,
): (id: string) => Promise<readonly Result[]> {
  const { table, commandLine } = deployment;
  const records = createRecords(table);
  const bodies = createRejectedBodies(table);
  const now = () => new Date();
  const ledger = createLedger(table, { retentionDays: deployment.config().retentionDays, now });

  const changeBody = async (given: string): Promise<Result> => {
    const { id } = await findRejected(records, given, commandLine);
    const isChanged =
      dismissal === undefined
        ? await bodies.undoDismissal(id)
        : await bodies.dismiss(id, { ...dismissal, at: now().toISOString() });
    return { id, destination: null, why: isChanged ? null : `is ${dismissal ? 'dismissed already' : 'not dismissed'}` };
  };

  const changeDelivery = async (id: string, known: Delivery): Promise<Result> => {
    const changed = dismissal === undefined ? undoDismissal(known, now()) : dismissDelivery(known, now(), dismissal);
    if (changed.kind === 'refused') return { id, destination: known.destination, why: changed.why };
    const isWritten = await ledger.write(id, changed.delivery);
    return { id, destination: known.destination, why: isWritten ? null : 'has changed in the meantime' };
  };

  return async (id) => {
    if (isRejectedId(id)) return [await changeBody(id)];
    const all = await records.deliveriesOf(id);
    const meant = all.filter((each) => destination === undefined || each.destination === destination);
    if (meant.length === 0) {
      throw new CliError(`There is no delivery of ${JSON.stringify(id)}. ${commandLine('list')} shows what there is.`);
    }
    const results = await Promise.all(meant.map((each) => changeDelivery(id, each)));
    const changed = results.filter(({ why }) => why === null);
    // Of a chat that is parked at one destination, and has arrived at another, that one is meant.
    return changed.length > 0 ? changed : results;
  };
}
