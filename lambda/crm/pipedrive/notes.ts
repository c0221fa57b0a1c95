import { renderHtml } from '../../conversation/transcript/html.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf, timeOf, writtenSince } from '../notes/entry.ts';
import { logAsNotes, notesIn } from '../notes/note-parts.ts';
import type { PipedriveClient } from './client.ts';

/** About 100,000 (https://developers.pipedrive.com/docs/api/v1/Notes), less room for Pipedrive's own tags. */
const maxNoteLength = 90_000;

export function createNotes(client: PipedriveClient, deps: Pick<AdapterDeps, 'timezone' | 'language' | 'now'>) {
  return logAsNotes({
    render: notesIn(renderHtml, { limit: maxNoteLength, measure: 'bytes' }, deps),
    create: (entry, content, part) => {
      // One second apart, to keep the parts in order.
      const at = new Date((timeOf(entry.conversation) ?? deps.now()).getTime() + part * 1000);
      return client.createNote({ content, person_id: Number(contactOf(entry)), add_time: inSeconds(at) });
    },
    update: (id, content) => client.updateNote(id, { content }),
    remove: client.deleteNote,
    exists: client.hasNote,
    list: async (entry) => {
      const notes = await client.notesOf(contactOf(entry), writtenSince(entry));
      const active = notes.filter((note) => note['active_flag'] !== false);
      return active.map(({ id, content }) => ({ id: String(id), body: typeof content === 'string' ? content : '' }));
    },
  });
}

const inSeconds = (at: Date) => at.toISOString().slice(0, 19).replace('T', ' ');
