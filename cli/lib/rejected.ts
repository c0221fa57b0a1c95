import type { Refused } from '../../lambda/receive/ports.ts';
import type { Records, RejectedRecord } from '../../lambda/store/records.ts';
import type { Deployment } from './deployment/deployment.ts';
import { CliError } from './terminal/errors.ts';

/** Conversations have a colon in their ids, and rejected bodies none. */
export const isRejectedId = (id: string) => !id.includes(':');

/**
 * The rejected body with this id, or with the one id that begins so.
 * @throws CliError where there is none, or more than one
 */
export async function findRejected(
  records: Records,
  id: string,
  commandLine: Deployment['commandLine'],
): Promise<RejectedRecord> {
  const found: RejectedRecord[] = [];
  for await (const rejected of records.rejected()) if (id !== '' && rejected.id.startsWith(id)) found.push(rejected);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw new CliError(
    only === undefined
      ? `There is nothing under ${JSON.stringify(id)}. ${commandLine('list')} shows what there is.`
      : `${found.length} rejected bodies begin with ${JSON.stringify(id)}. Give more of it.`,
  );
}

/** No schema can change these: the body is not JSON, or inflates to more than a function can hold. */
const unreadable: ReadonlySet<string> = new Set(['not-json', 'too-large']);

/** Whether a later release may take a refused body. */
export const canReplay = ({ reason }: Pick<Refused, 'reason'>): boolean => !unreadable.has(reason);

export const reasonOf = (rejected: Pick<RejectedRecord, 'reason' | 'detail' | 'faults'>) =>
  `${rejected.reason}: ${refusalText(rejected)}`;

/** What is wrong with a body, with the first of its faults; without a full stop. */
export function refusalText({ detail, faults: [first] }: Pick<RejectedRecord, 'detail' | 'faults'>): string {
  const fault = first === undefined ? '' : ` (${first.pointer || '/'} ${first.detail})`;
  return `${detail.replace(/\.$/, '')}${fault}`;
}
