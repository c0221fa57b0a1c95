import type { Batch, Entry, LogId } from './adapter.ts';
import { fulfilled, rejected } from './batch.ts';
import { CrmError } from './errors.ts';

/** One part of a conversation, to be written as a note. */
export type NewNote = {
  readonly entry: Entry;
  readonly body: string;
  /** From 0. */
  readonly part: number;
};

type Outcome = PromiseSettledResult<string>;

/**
 * Writes conversations as notes, those of many in one call: the `logConversations` of a CRM that takes notes in batches.
 * What else is to be done with notes is in `note-parts.ts`, and so is what a `LogId` is.
 * @param notes.most how many notes a call takes
 * @param notes.createAll answers with each note's id at its place; what it throws holds for all
 */
export function logInBatches(notes: {
  readonly most: number;
  readonly render: (entry: Entry) => readonly string[];
  readonly createAll: (notes: readonly NewNote[]) => Promise<readonly Outcome[]>;
}): Batch<Entry, LogId> {
  async function run(entries: readonly Entry[]): Promise<readonly PromiseSettledResult<LogId>[]> {
    const all = entries.flatMap((entry) => notes.render(entry).map((body, part) => ({ entry, body, part })));
    const outcomes = new Map<Entry, Outcome[]>(entries.map((entry) => [entry, []]));
    for (let from = 0; from < all.length; from += notes.most) {
      const some = all.slice(from, from + notes.most);
      const answers = await createSome(some);
      for (const [at, { entry }] of some.entries()) outcomes.get(entry)?.push(answers[at] ?? unanswered());
    }
    return entries.map((entry) => joined(outcomes.get(entry) ?? []));
  }

  /** A call that fails spares those before and after it. */
  const createSome = (some: readonly NewNote[]) =>
    notes.createAll(some).catch((error: unknown): readonly Outcome[] => some.map(() => rejected(error)));

  return { most: notes.most, run };
}

function joined(parts: readonly Outcome[]): PromiseSettledResult<LogId> {
  const ids = parts.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []));
  const failed = parts.find((part) => part.status === 'rejected');
  if (failed === undefined) return fulfilled(ids.join());
  const isPartly = ids.length > 0 && failed.reason instanceof CrmError;
  return isPartly ? rejected(partlyWritten(failed.reason)) : failed;
}

/** Half a transcript stands there: look before writing again. */
const partlyWritten = ({ message, fault, status }: CrmError) =>
  new CrmError(message, fault, { ...(status !== undefined && { status }), outcomeUnknown: true });

const unanswered = () => rejected(new Error('The CRM gave too few answers.'));
