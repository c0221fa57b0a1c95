import type { Batch, Entry, LogId } from '../port/adapter.ts';
import { attempted, fulfilled, rejected, settled, unanswered } from '../port/batch.ts';
import { CrmError, inDoubt } from '../port/errors.ts';
import { logAsNotes, type Notes } from './note-parts.ts';

export type NewNote = {
  readonly entry: Entry;
  readonly body: string;
  /** From 0. */
  readonly part: number;
};

type Outcome = PromiseSettledResult<string>;

/**
 * `logAsNotes` for a CRM that takes many notes per call. A conversation that cannot be rendered fails alone.
 * @param notes.maxSize notes per call
 * @param notes.createAll returns each note's id in order; an error that it throws applies to all
 */
export function logInBatches<Built>(
  notes: Omit<Notes, 'create'> & {
    readonly maxSize: number;
    readonly build: (note: NewNote) => Built;
    readonly createAll: (notes: readonly Built[]) => Promise<readonly Outcome[]>;
  },
): ReturnType<typeof logAsNotes> {
  async function create(entry: Entry, body: string, part: number): Promise<string> {
    const [outcome] = await notes.createAll([notes.build({ entry, body, part })]);
    if (outcome === undefined) throw unanswered().reason;
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  async function run(entries: readonly Entry[]): Promise<readonly PromiseSettledResult<LogId>[]> {
    const rendered = entries.map((entry) => ({ entry, parts: attempted(() => partsOf(entry)) }));
    const all = rendered.flatMap(({ entry, parts }) =>
      parts.status === 'rejected' ? [] : parts.value.map((built) => ({ entry, built })),
    );
    const outcomes = new Map<Entry, Outcome[]>();
    for (let from = 0; from < all.length; from += notes.maxSize) {
      const some = all.slice(from, from + notes.maxSize);
      const answers = await settled(
        some.map(({ built }) => built),
        notes.createAll,
      );
      for (const [at, { entry }] of some.entries()) {
        outcomes.set(entry, [...(outcomes.get(entry) ?? []), answers[at] ?? unanswered()]);
      }
    }
    return rendered.map(({ entry, parts }) =>
      parts.status === 'rejected' ? parts : joined(outcomes.get(entry) ?? []),
    );
  }

  const partsOf = (entry: Entry) => notes.render(entry).map((body, part) => notes.build({ entry, body, part }));

  const logConversations: Batch<Entry, LogId> = { maxSize: notes.maxSize, run };
  return { ...logAsNotes({ ...notes, create }), logConversations };
}

/** One part that was or may have been written leaves the whole conversation in doubt. */
function joined(parts: readonly Outcome[]): PromiseSettledResult<LogId> {
  const ids = parts.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []));
  const reasons = parts.flatMap((part): readonly unknown[] => (part.status === 'rejected' ? [part.reason] : []));
  if (reasons.length === 0) return fulfilled(ids.join());
  const leavesTraces =
    ids.length > 0 || reasons.some((reason) => !(reason instanceof CrmError) || reason.outcomeUnknown);
  return rejected(leavesTraces ? inDoubt(reasons[0]) : reasons[0]);
}
