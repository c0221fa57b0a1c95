import { renderHtml } from '../../conversation/transcript/html.ts';
import { buildTranscript } from '../../conversation/transcript/transcript.ts';
import type { AdapterDeps, CrmAdapter, Entry, LogId } from '../adapter.ts';
import { CrmError } from '../errors.ts';
import { footerOf, partIn } from '../marker.ts';
import type { HubspotClient } from './client.ts';
import { note } from './mapping.ts';

/**
 * `hs_note_body` holds 65,536 characters
 * (https://developers.hubspot.com/docs/api-reference/latest/crm/activities/notes/guide). Some are left for HubSpot,
 * which wraps and rewrites tags as it stores them.
 */
const longestBody = 64_000;
/** How far the clocks of Smartsupp and HubSpot may be apart. */
const clockSkewMs = 24 * 60 * 60 * 1000;
/** With more notes than this, those made before the chat are sorted out before any body is read. */
const fewNotes = 25;

type NoteId = string;
/** Notes by the part that they hold, from 0. */
type Parts = ReadonlyMap<number, NoteId>;

/**
 * One conversation as notes: one, or several where it is long. The `LogId` is their ids in order, joined by commas,
 * with nothing in the place of a part that was not found.
 *
 * A note is created without looking only where nothing can have been written before. In every other case a missing part
 * is looked for first, so that no crash, whenever it comes, makes a part twice. A note that a salesperson deleted is
 * written again: what has changed since (a rating, a visitor who went on) is news to them, and deleting it once more is
 * little beside never hearing of it.
 */
export function createNotes(
  client: HubspotClient,
  { timezone, language, now }: Pick<AdapterDeps, 'timezone' | 'language' | 'now'>,
): Pick<CrmAdapter, 'logConversation' | 'updateConversation' | 'findConversation'> {
  async function logConversation(entry: Entry): Promise<LogId> {
    const ids: NoteId[] = [];
    try {
      for (const [part, body] of bodiesOf(entry).entries()) ids.push(await create(entry, body, part));
    } catch (error) {
      throw ids.length > 0 && error instanceof CrmError ? partlyWritten(error) : error;
    }
    return ids.join();
  }

  async function updateConversation(entry: Entry, log: LogId): Promise<LogId> {
    const known = log.split(',');
    const ids: NoteId[] = [];
    let found: Parts | undefined;
    for (const [part, body] of bodiesOf(entry).entries()) {
      const id = await update(entry, known[part], body, part);
      if (id === undefined) found ??= await findParts(entry);
      ids.push(id ?? (await update(entry, found?.get(part), body, part)) ?? (await create(entry, body, part)));
    }
    for (const id of known.slice(ids.length)) if (id !== '') await client.deleteNote(id);
    return ids.join();
  }

  async function findConversation(entry: Entry): Promise<LogId | undefined> {
    const found = await findParts(entry);
    if (found.size === 0) return undefined;
    const parts = Math.max(...found.keys()) + 1;
    return Array.from({ length: parts }, (_, part) => found.get(part) ?? '').join();
  }

  /** Undefined where there is no such note, or no longer. */
  async function update(entry: Entry, id: NoteId | undefined, body: string, part: number) {
    const there = id && (await client.updateNote(id, note(body, part, chatTime(entry))));
    return there ? id : undefined;
  }

  function create(entry: Entry, body: string, part: number): Promise<NoteId> {
    return client.createNote(contactOf(entry), note(body, part, chatTime(entry) ?? now()));
  }

  async function findParts(entry: Entry): Promise<Parts> {
    const ids = await client.noteIdsOf(contactOf(entry));
    const likely = ids.length <= fewNotes ? ids : await madeAfter(ids, entry);
    const parts = new Map<number, NoteId>();
    for (const { id, properties } of await client.readNotes(likely, { bodies: true })) {
      const part = partIn(properties['hs_note_body'] ?? '', entry.conversation.id);
      if (part !== undefined && !parts.has(part)) parts.set(part, id);
    }
    return parts;
  }

  /** No note of a chat was made before the chat was over. */
  async function madeAfter(ids: readonly NoteId[], entry: Entry): Promise<readonly NoteId[]> {
    const { endedAt, startedAt } = entry.conversation;
    const over = Date.parse(endedAt ?? startedAt ?? '');
    if (Number.isNaN(over)) return ids;
    const dated = await client.readNotes(ids, { bodies: false });
    const isBefore = ({ createdAt = '' }) => Date.parse(createdAt) < over - clockSkewMs;
    return dated.filter((stored) => !isBefore(stored)).map(({ id }) => id);
  }

  function bodiesOf({ conversation }: Entry): readonly string[] {
    const transcript = buildTranscript(conversation, { timezone, language });
    return renderHtml(transcript, { limit: longestBody, footer: footerOf(conversation.id) });
  }

  return { logConversation, updateConversation, findConversation };
}

function chatTime({ conversation }: Entry): Date | undefined {
  const { startedAt, endedAt, messages } = conversation;
  const at = startedAt ?? endedAt ?? messages.find(({ sentAt }) => sentAt !== null)?.sentAt;
  return typeof at === 'string' ? new Date(at) : undefined;
}

function contactOf({ contactId }: Entry): string {
  if (contactId === undefined) throw new Error('HubSpot keeps conversations on contacts: call upsertContact first.');
  return contactId;
}

const partlyWritten = ({ message, fault, status }: CrmError) =>
  new CrmError(message, fault, { ...(status !== undefined && { status }), outcomeUnknown: true });
