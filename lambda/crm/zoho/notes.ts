import { renderText } from '../../conversation/transcript/text.ts';
import { headlineOf } from '../../conversation/transcript/transcript.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import { contactOf, oneLine, writtenSince } from '../notes/entry.ts';
import { logInBatches, type NewNote } from '../notes/note-batch.ts';
import { notesIn } from '../notes/note-parts.ts';
import type { Entry } from '../port/adapter.ts';
import type { Values, ZohoClient } from './client.ts';
import { maxTitleLength } from './mapping.ts';

/** Half of 65,535 of an unknown unit (https://github.com/zoho/crm-oas/blob/main/v8.0/notes/notes.yaml). */
const maxTextBytes = 32_000;
/** Per https://www.zoho.com/crm/developer/docs/api/v8/create-notes.html. */
const maxPerCall = 100;

/** Plain text, because Zoho shows HTML tags as they are. */
export function createNotes(client: ZohoClient, deps: Pick<AdapterDeps, 'timezone' | 'language'>) {
  const wordsOf = ({ conversation }: Entry, body: string): Values => ({
    Note_Title: oneLine(headlineOf(conversation, deps.language), maxTitleLength),
    Note_Content: body,
  });

  const toRecord = ({ entry, body }: NewNote): Values => ({
    ...wordsOf(entry, body),
    Parent_Id: { module: { api_name: 'Contacts' }, id: contactOf(entry) },
  });

  return logInBatches({
    maxSize: maxPerCall,
    render: notesIn(renderText, { limit: maxTextBytes, measure: 'bytes' }, deps),
    build: toRecord,
    createAll: client.createNotes,
    update: (id, body, entry) => client.updateNote({ id, ...wordsOf(entry, body) }),
    remove: client.deleteNote,
    exists: client.hasNote,
    list: async (entry) => {
      const notes = await client.notesOf(contactOf(entry), writtenSince(entry));
      return notes.map(({ id, Note_Content: body }) => ({ id, body: String(body ?? '') }));
    },
  });
}
