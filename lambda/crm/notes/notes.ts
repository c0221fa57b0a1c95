import type { Render, RenderOptions } from '../../conversation/transcript/render.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { Batch, CrmAdapter, Entry, LogId } from '../port/adapter.ts';
import {
  attempted,
  fulfilled,
  oneByOne,
  type Removal,
  rejected,
  removeAll,
  settled,
  unanswered,
} from '../port/batch.ts';
import { CrmError, inDoubt } from '../port/errors.ts';
import { partIn, referenceOf, transcriptOf } from './entry.ts';

type NoteId = string;
/** Note ids by part, from 0. */
type Parts = ReadonlyMap<number, NoteId>;

export type Notes = Removal & {
  /** The transcript in one part or several, each ending in its reference line. */
  readonly render: (entry: Entry) => readonly string[];
  /** @param part from 0 */
  readonly create: (entry: Entry, body: string, part: number) => Promise<NoteId>;
  /** False if the note is gone, or may not be changed any more. */
  readonly update: (id: NoteId, body: string, entry: Entry) => Promise<boolean>;
  /** The CRM shows the latest note on top, so the parts are created from last to first. */
  readonly newestOnTop?: true;
  /** Every note that may hold a part of this conversation, newest first. */
  readonly list: (entry: Entry) => Promise<readonly { readonly id: NoteId; readonly body: string }[]>;
};

export const notesIn =
  (
    format: Render,
    limit: Omit<RenderOptions, 'reference'>,
    deps: Pick<AdapterDeps, 'timezone' | 'language'>,
  ): Notes['render'] =>
  (entry) =>
    format(transcriptOf(entry, deps), { ...limit, reference: referenceOf(entry.conversation.id) });

/**
 * Writes each conversation as one note, or several if it is long. The `LogId` is their ids in order, joined by commas,
 * and empty for a part that was not found. Unless nothing can have been written before, a missing part is looked up
 * before it is created, so that a crash never doubles it. A note that somebody deleted is written again when the chat
 * changes.
 */
export function logAsNotes(
  notes: Notes,
): Required<Pick<CrmAdapter, 'logConversations' | 'updateConversation' | 'findConversation' | 'removeConversation'>> {
  async function logConversation(entry: Entry): Promise<LogId> {
    const ids: NoteId[] = [];
    try {
      for (const [part, body] of toWrite(entry)) ids[part] = await notes.create(entry, body, part);
    } catch (error) {
      throw ids.length > 0 ? inDoubt(error) : error;
    }
    return ids.join();
  }

  async function updateConversation(entry: Entry, log: LogId): Promise<LogId> {
    const known = log.split(',');
    const ids: NoteId[] = [];
    const { contactChanged = false } = entry;
    let found: Parts | undefined;
    try {
      for (const [part, body] of toWrite(entry)) {
        // Nobody sees the notes of a contact that is gone. A merge moves them to the other contact.
        const id = contactChanged ? undefined : await update(entry, known[part], body);
        if (id === undefined) found ??= await findParts(entry);
        ids[part] = id ?? (await update(entry, found?.get(part), body)) ?? (await notes.create(entry, body, part));
      }
      const left = contactChanged ? known.filter((id) => !ids.includes(id)) : known.slice(ids.length);
      await removeAll(left.filter(isKnown), notes);
    } catch (error) {
      // No log has the new part's id yet.
      throw ids.some((id, part) => id !== known[part]) ? inDoubt(error) : error;
    }
    return ids.join();
  }

  async function findConversation(entry: Entry): Promise<LogId | undefined> {
    const found = await findParts(entry);
    if (found.size === 0) return undefined;
    const parts = Math.max(...found.keys()) + 1;
    return Array.from({ length: parts }, (_, part) => found.get(part) ?? '').join();
  }

  const removeConversation = (log: LogId) => removeAll(log.split(',').filter(isKnown), notes);

  function toWrite(entry: Entry): readonly (readonly [part: number, body: string])[] {
    const parts = [...notes.render(entry).entries()];
    return notes.newestOnTop === true ? parts.toReversed() : parts;
  }

  /** Undefined if there is no such note any more. */
  async function update(entry: Entry, id: NoteId | undefined, body: string): Promise<NoteId | undefined> {
    return id && (await notes.update(id, body, entry)) ? id : undefined;
  }

  async function findParts(entry: Entry): Promise<Parts> {
    const parts = new Map<number, NoteId>();
    for (const { id, body } of await notes.list(entry)) {
      const part = partIn(body, entry.conversation.id);
      if (part !== undefined && !parts.has(part)) parts.set(part, id);
    }
    return parts;
  }

  return { logConversations: oneByOne(logConversation), updateConversation, findConversation, removeConversation };
}

/** The id of a part that was not found is empty. */
const isKnown = (id: NoteId) => id !== '';

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
