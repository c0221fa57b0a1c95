import type { DismissalResult } from '../../inspector/forwarder/actions.ts';
import { createActions } from '../../inspector/forwarder/forwarder.ts';
import type { Dismissal } from '../../lambda/delivery/delivery.ts';
import { maxReasonLength } from '../../lambda/delivery/state-machine.ts';
import { createRecords } from '../../lambda/store/records.ts';
import { type Deployment, type Invocation, tableAndQueues } from '../lib/deployment/deployment.ts';
import { findRejected, isRejectedId } from '../lib/rejected.ts';
import { CliError, exitCodes, UsageError } from '../lib/terminal/errors.ts';
import { print, printable, printJson } from '../lib/terminal/output.ts';

type Options = {
  readonly reason: string | undefined;
  readonly destination: string | undefined;
  readonly undo: boolean;
  readonly json: boolean;
};

export async function dismiss({ args: ids, options, openDeployment }: Invocation<Options>): Promise<void> {
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
}

type Result = DismissalResult & { readonly id: string };

/** Undefined if a dismissal is undone. */
function readReason({ reason = '', undo }: Pick<Options, 'reason' | 'undo'>): string | undefined {
  if (undo && reason === '') return undefined;
  if (undo) throw new UsageError('--undo takes no --reason.');
  const trimmed = reason.trim();
  if (trimmed === '') throw new UsageError('Give --reason: why nothing needs to be done. Or --undo.');
  if (trimmed.length > maxReasonLength) throw new UsageError(`Give a reason of ${maxReasonLength} characters at most.`);
  return trimmed;
}

function resultText({ id, destination, why }: Result, { undo }: Pick<Options, 'undo'>): string {
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
  const { changeDismissal } = createActions(tableAndQueues(deployment));

  return async (given) => {
    const id = isRejectedId(given) ? (await findRejected(records, given, commandLine)).id : given;
    const results = await changeDismissal(id, dismissal, destination);
    if (results.length === 0) {
      throw new CliError(`There is no delivery of ${JSON.stringify(id)}. ${commandLine('list')} shows what there is.`);
    }
    return results.map((result) => ({ id, ...result }));
  };
}
