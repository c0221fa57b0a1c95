import type { Batch, Entry, LogId } from '../adapter.ts';
import { fulfilled, rejected, settled } from '../batches/batch.ts';
import { CrmError, inDoubt } from '../errors.ts';
import { logAsNotes, type Notes } from './note-parts.ts';

/** One part of a conversation, to be written as a note. */
export type NewNote = {
  readonly entry: Entry;
  readonly body: string;
  /** From 0. */
  readonly part: number;
};

type Outcome = PromiseSettledResult<string>;

/**
 * The same as `logAsNotes` for a CRM that takes notes in batches: those of many conversations go out in one call.
 * @param notes.most how many notes a call takes
 * @param notes.createAll answers with each note's id at its place; what it throws holds for all
 */
export function logInBatches(
  notes: Omit<Notes, 'create'> & {
    readonly most: number;
    readonly createAll: (notes: readonly NewNote[]) => Promise<readonly Outcome[]>;
  },
): ReturnType<typeof logAsNotes> {
  async function create(entry: Entry, body: string, part: number): Promise<string> {
    const [outcome] = await settled([{ entry, body, part }], notes.createAll);
    if (outcome?.status === 'fulfilled') return outcome.value;
    throw outcome?.reason;
  }

  async function run(entries: readonly Entry[]): Promise<readonly PromiseSettledResult<LogId>[]> {
    const all = entries.flatMap((entry) => notes.render(entry).map((body, part) => ({ entry, body, part })));
    const outcomes = new Map<Entry, Outcome[]>(entries.map((entry) => [entry, []]));
    for (let from = 0; from < all.length; from += notes.most) {
      const some = all.slice(from, from + notes.most);
      const answers = await settled(some, notes.createAll);
      for (const [at, { entry }] of some.entries()) outcomes.get(entry)?.push(...answers.slice(at, at + 1));
    }
    return entries.map((entry) => joined(outcomes.get(entry) ?? []));
  }

  const logConversations: Batch<Entry, LogId> = { most: notes.most, run };
  return { ...logAsNotes({ ...notes, create }), logConversations };
}

/** One part that stands there, or may, leaves the whole conversation in doubt, whatever became of the others. */
function joined(parts: readonly Outcome[]): PromiseSettledResult<LogId> {
  const ids = parts.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []));
  const reasons = parts.flatMap((part): readonly unknown[] => (part.status === 'rejected' ? [part.reason] : []));
  if (reasons.length === 0) return fulfilled(ids.join());
  const leavesTraces =
    ids.length > 0 || reasons.some((reason) => !(reason instanceof CrmError) || reason.outcomeUnknown);
  return rejected(leavesTraces ? inDoubt(reasons[0]) : reasons[0]);
}
