import type { Render, RenderOptions } from '../../conversation/transcript/render.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { CrmAdapter, Entry, LogId } from '../port/adapter.ts';
import { oneByOne } from '../port/batch.ts';
import { CrmError, inDoubt } from '../port/errors.ts';
import { transcriptOf } from './entry.ts';
import { partIn, referenceOf } from './reference.ts';

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

type Removal = {
  /** Succeeds if it is already gone. */
  readonly remove: (id: string) => Promise<void>;
  /** Asks the CRM. The recycle bin counts as gone. */
  readonly exists: (id: string) => Promise<boolean>;
};

/**
 * Confirms each removal by reading: an erasure must not forget a record that still exists.
 * @throws CrmError if the CRM still has one
 */
export async function removeAll(ids: readonly string[], { remove, exists }: Removal): Promise<void> {
  for (const id of ids) {
    await remove(id);
    if (await exists(id)) {
      throw new CrmError(`The CRM still has ${id} although it was asked to delete it. It will be tried again.`, {
        kind: 'retryable',
      });
    }
  }
}
