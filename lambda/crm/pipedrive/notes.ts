import { renderHtml } from '../../conversation/transcript/html.ts';
import { buildTranscript } from '../../conversation/transcript/transcript.ts';
import type { AdapterDeps, Entry } from '../adapter.ts';
import { footerOf } from '../marker.ts';
import { logAsNotes } from '../note-parts.ts';
import type { PipedriveClient } from './client.ts';

/**
 * "The maximum note size is approximately 100,000 characters (or 100KB per note)"
 * (https://developers.pipedrive.com/docs/api/v1/Notes). Some are left for Pipedrive, which rewrites tags as it stores
 * them.
 */
const largestNote = 90_000;
/** How far the clocks of Smartsupp and Pipedrive may be apart. */
const clockSkewMs = 24 * 60 * 60 * 1000;

/** One conversation as notes of the person, at the time of the chat. */
export function createNotes(
  client: PipedriveClient,
  { timezone, language, now }: Pick<AdapterDeps, 'timezone' | 'language' | 'now'>,
) {
  return logAsNotes({
    render: ({ conversation }) =>
      renderHtml(buildTranscript(conversation, { timezone, language }), {
        limit: largestNote,
        measure: 'bytes',
        footer: footerOf(conversation.id),
      }),
    create: (entry, content, part) => {
      // A second apart, so that the parts keep their order.
      const at = new Date((timeOf(entry) ?? now()).getTime() + part * 1000);
      return client.createNote({ content, person_id: personIdOf(entry), add_time: toSeconds(at) });
    },
    update: (id, content) => client.updateNote(id, { content }),
    remove: client.deleteNote,
    list: async (entry) => {
      const notes = await client.notesOf(String(personIdOf(entry)), startOf(entry)?.slice(0, 10));
      const active = notes.filter((note) => note['active_flag'] !== false);
      return active.map(({ id, content }) => ({ id: String(id), body: typeof content === 'string' ? content : '' }));
    },
  });
}

export function personIdOf({ contactId }: Entry): number {
  if (contactId === undefined) throw new Error('Pipedrive keeps conversations on persons: find the person first.');
  return Number(contactId);
}

/** Since when anything can have been written of a chat, `2026-05-03T08:15:00Z`; undefined for one without any time. */
export function startOf(entry: Entry): string | undefined {
  const at = timeOf(entry);
  return at && `${new Date(at.getTime() - clockSkewMs).toISOString().slice(0, 19)}Z`;
}

function timeOf({ conversation }: Entry): Date | undefined {
  const { startedAt, endedAt, messages } = conversation;
  const at = startedAt ?? endedAt ?? messages.find(({ sentAt }) => sentAt !== null)?.sentAt;
  return typeof at === 'string' ? new Date(at) : undefined;
}

/** `2026-05-04 08:15:00`, in UTC. */
const toSeconds = (at: Date) => at.toISOString().slice(0, 19).replace('T', ' ');
