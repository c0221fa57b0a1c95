import type { Refused } from '../../lambda/receive/answers.ts';
import { type Records, type RejectedRecord, rejectedStates } from '../../lambda/store/records.ts';
import type { Deployment } from './deployment/deployment.ts';
import { CliError } from './terminal/errors.ts';

/** Conversation ids have a colon. */
export const isRejectedId = (id: string) => !id.includes(':');

/** Finds the body by its id or the beginning of it. Throws CliError unless exactly one matches. */
export async function findRejected(
  records: Records,
  id: string,
  commandLine: Deployment['commandLine'],
): Promise<RejectedRecord> {
  const found = await rejectedWith(records, id);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw new CliError(
    only === undefined
      ? `There is nothing under ${JSON.stringify(id)}. ${commandLine('list')} shows what there is.`
      : `${found.length} rejected bodies begin with ${JSON.stringify(id)}. Give more of it.`,
  );
}

/** Those whose id begins so. */
export async function rejectedWith(records: Pick<Records, 'rejected'>, id: string): Promise<readonly RejectedRecord[]> {
  const found: RejectedRecord[] = [];
  for await (const each of records.rejected({ states: rejectedStates })) {
    if (id !== '' && each.id.startsWith(id)) found.push(each);
  }
  return found;
}

/** No release can read these: not JSON, or too large once inflated. */
const unreadable: ReadonlySet<string> = new Set(['not-json', 'too-large']);

export const canReplay = ({ reason }: Pick<Refused, 'reason'>): boolean => !unreadable.has(reason);

export const reasonOf = (rejected: Pick<RejectedRecord, 'reason' | 'detail' | 'faults'>) =>
  `${rejected.reason}: ${refusalText(rejected)}`;

export function refusalText({ detail, faults: [first] }: Pick<RejectedRecord, 'detail' | 'faults'>): string {
  const fault = first === undefined ? '' : ` (${first.pointer || '/'} ${first.detail})`;
  return `${detail.replace(/\.$/, '')}${fault}`;
}
